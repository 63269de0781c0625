//! A media store for tests, whose files' names say what becomes of them.

use std::sync::Mutex;

use tokio::sync::Semaphore;

use super::media::{self, Media, MediaError};
use crate::packs::image::samples;

/// Has a PNG for every name, and no two alike; `lost`, `broken`, `unreachable`, `drawing`, `slow` and
/// names that begin with `dirty` are what they say.
pub(crate) struct FakeMedia {
    /// Lets as many slow files go as it has permits.
    pub(crate) slow: Semaphore,
    downloads: Mutex<Vec<String>>,
    uploads: Mutex<Vec<Vec<u8>>>,
}

impl Default for FakeMedia {
    fn default() -> Self {
        let (downloads, uploads) = (Mutex::default(), Mutex::default());
        Self { slow: Semaphore::new(0), downloads, uploads }
    }
}

/// The picture of a name.
pub(crate) fn picture(name: &str) -> Vec<u8> {
    let sum: u32 = name.bytes().map(u32::from).sum();
    samples::png(1 + sum % 50, u32::try_from(name.len()).unwrap())
}

impl FakeMedia {
    /// The names of the files that were fetched since the last call, in the order of the alphabet.
    pub(crate) fn downloads(&self) -> Vec<String> {
        let mut names = std::mem::take(&mut *self.downloads.lock().unwrap());
        names.sort();
        names
    }

    /// What was uploaded.
    pub(crate) fn uploads(&self) -> Vec<Vec<u8>> {
        self.uploads.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl Media for FakeMedia {
    async fn download(&self, mxc_uri: &str) -> Result<Vec<u8>, MediaError> {
        let (_, name) = media::parts(mxc_uri)?;
        self.downloads.lock().unwrap().push(name.to_owned());
        match name {
            "lost" => Err(MediaError::NotFound(mxc_uri.to_owned())),
            "broken" => Err(MediaError::Answer(502)),
            "unreachable" => Err(MediaError::Unreachable("hs".into())),
            "drawing" => Ok(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec()),
            "slow" => {
                self.slow.acquire().await.unwrap().forget();
                Ok(picture(name))
            }
            _ if name.starts_with("dirty") => {
                let note = samples::png_chunk(b"tEXt", b"GPS\0here");
                Ok(samples::png_with(&picture(name), &note))
            }
            _ => Ok(picture(name)),
        }
    }

    async fn upload(&self, bytes: bytes::Bytes, _: &str, _: &str) -> Result<String, MediaError> {
        let mut uploads = self.uploads.lock().unwrap();
        uploads.push(bytes.to_vec());
        Ok(format!("mxc://operator/{}", uploads.len()))
    }
}
