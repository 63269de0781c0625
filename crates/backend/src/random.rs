//! Randomness, as a thing that is handed in: tests want to know what comes.

/// Where random bytes come from.
pub trait Random: Send + Sync {
    /// Fills `bytes` with random ones.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness>;
}

/// The machine gave no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct NoRandomness;

/// The operating system's generator.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

/// A generator for tests: the same bytes in every run, never the same twice within one.
#[derive(Debug, Default)]
pub struct CountingRandom(std::sync::atomic::AtomicU64);

impl Random for CountingRandom {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        use sha2::Digest as _;
        let count = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let block = sha2::Sha256::digest(count.to_be_bytes());
        for (byte, value) in bytes.iter_mut().zip(block.iter().cycle()) {
            *byte = *value;
        }
        Ok(())
    }
}
