//! Names of pictures: content addresses, so that nothing is stored twice and no name ever lies.

use sha2::{Digest as _, Sha256};

/// The SHA-256 of an original's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ImageId([u8; 32]);

/// The first 16 bytes of the SHA-256 of a preview's bytes: short, because every sticker of a
/// library carries one over the wire and hashes do not compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PreviewId([u8; 16]);

macro_rules! content_address {
    ($name:ident, $length:literal) => {
        impl $name {
            /// The address of `bytes`.
            #[must_use]
            pub fn of(bytes: &[u8]) -> Self {
                let mut id = [0; $length];
                for (to, from) in id.iter_mut().zip(Sha256::digest(bytes)) {
                    *to = from;
                }
                Self(id)
            }

            /// For the database.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8] {
                &self.0
            }

            /// From the database; `None` if it is not of the right length.
            #[must_use]
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                bytes.try_into().ok().map(Self)
            }
        }

        /// In lower-case hexadecimal.
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&hex::encode(self.0))
            }
        }

        /// From hexadecimal, as in an address of the web.
        impl std::str::FromStr for $name {
            type Err = hex::FromHexError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut id = [0; $length];
                hex::decode_to_slice(text, &mut id)?;
                Ok(Self(id))
            }
        }
    };
}

content_address!(ImageId, 32);
content_address!(PreviewId, 16);
