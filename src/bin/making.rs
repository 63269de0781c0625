//! The page where users make sticker packs.

/// A third of the size of the standard library's, and as quick for what the page does.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

fn main() {
    tessera::making::run();
}
