//! What one homeserver is trusted with: which addresses it may have, and who may vouch for it.
//! `federation` makes an access from the operator's settings; `outgoing` keeps to it.

use std::{
    net::IpAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::addresses::{Reach, reach};

/// Which addresses a server may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Those of the public internet.
    PublicOnly,
    /// Private ones too, for the operator said so of this server.
    PrivateToo,
    /// Public ones and this one: a public server for tests, on loopback.
    #[cfg(test)]
    PublicAnd(IpAddr),
}

impl Allowed {
    /// Whether a connection may go to this address.
    #[must_use]
    pub fn permits(self, address: IpAddr) -> bool {
        match (reach(address), self) {
            (Reach::Public, _) | (Reach::Private, Self::PrivateToo) => true,
            #[cfg(test)]
            (_, Self::PublicAnd(pretended)) => address == pretended,
            (Reach::Private | Reach::Never, _) => false,
        }
    }
}

/// What one server is trusted with: addresses and certificate authorities.
#[derive(Debug, Clone)]
pub struct Access {
    pub(super) allowed: Allowed,
    pub(super) tls: ClientConfig,
}

/// Certificates of a private authority that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// The file is missing or not readable.
    #[error("cannot read certificates from {0}: it has to be a PEM file that Tessera may read")]
    Unreadable(PathBuf),
    /// The file has no certificate, or one that is none.
    #[error("{0} has no usable certificate: it has to hold the authority's, in PEM form")]
    NoCertificate(PathBuf),
    /// TLS itself cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

impl Access {
    /// Access with the web's certificate authorities, and those of PEM files if there are any.
    ///
    /// # Errors
    /// When a file holds no certificates.
    pub fn new<'a>(
        allowed: Allowed,
        ca_files: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Self, CertificateError> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for path in ca_files {
            let none = || CertificateError::NoCertificate(path.into());
            let certificates = CertificateDer::pem_file_iter(path)
                .map_err(|_| CertificateError::Unreadable(path.into()))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(|_| none())?;
            let (added, _) = roots.add_parsable_certificates(certificates);
            if added == 0 {
                return Err(none());
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| CertificateError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { allowed, tls })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_files_that_hold_none_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let error = Access::new(Allowed::PrivateToo, [path.as_path()]).unwrap_err();
        assert!(
            matches!(error, CertificateError::Unreadable(_))
                && error.to_string().contains("ca.pem")
        );
        for content in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"] {
            std::fs::write(&path, content).unwrap();
            let error = Access::new(Allowed::PrivateToo, [path.as_path()]).unwrap_err();
            assert!(matches!(error, CertificateError::NoCertificate(_)), "{content}");
        }
    }
}
