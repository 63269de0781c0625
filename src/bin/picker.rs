//! The sticker picker's page.

fn main() {
    tessera::picker::run();
}
