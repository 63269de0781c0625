//! A web server for tests: on a loopback address of the test's choice, with TLS by a private
//! authority or without, and with answers written byte for byte, so that they can be wrong ones.
//! It counts connections, because "nothing was sent" is not enough: nothing may be connected to.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::TlsAcceptor;

use super::{
    access::{Access, Allowed},
    outgoing::Limits,
};

/// The loopback address that plays the public internet; 127.0.0.1 stays what it is.
pub(crate) const PUBLIC: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
/// The loopback address that nothing may connect to.
pub(crate) const PRIVATE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// Limits that tests can wait for.
pub(crate) fn impatient() -> Limits {
    Limits { connect: Duration::from_millis(400), total: Duration::from_millis(800), body: 65536 }
}

/// An authority whose certificates are good for tests.
pub(crate) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer, folder: tempfile::tempdir().unwrap() }
    }

    /// The authority's certificate as an operator would have it.
    pub(crate) fn file(&self) -> PathBuf {
        let path = self.folder.path().join("ca.pem");
        std::fs::write(&path, self.issuer.pem()).unwrap();
        path
    }

    /// What a stranger's server gets, on an internet with this authority and [`PUBLIC`].
    pub(crate) fn internet(&self) -> Access {
        Access::new(Allowed::PublicAnd(PUBLIC), [self.file().as_path()]).unwrap()
    }

    fn acceptor(&self, names: &[&str]) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let leaf = CertificateParams::new(names).unwrap().signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// What a server does with a request.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes and then nothing more, for ever.
    Stall(Vec<u8>),
    /// Sends these bytes and then zeros, for ever.
    Flood(Vec<u8>),
}

/// A whole answer.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Answer {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n{headers}\r\n");
    Answer::Bytes((head + body).into_bytes())
}

/// A JSON document.
pub(crate) fn json(body: &str) -> Answer {
    answer("200 OK", "content-type: application/json\r\n", body)
}

/// A redirect.
pub(crate) fn redirect(location: &str) -> Answer {
    answer("302 Found", &format!("location: {location}\r\n"), "")
}

type Handler = dyn Fn(&str) -> Answer + Send + Sync;

/// A server that listens until the test ends.
pub(crate) struct FakeServer {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl FakeServer {
    /// With TLS for these names; the handler gets the request's path and query.
    pub(crate) async fn https(
        at: (IpAddr, u16),
        authority: &Authority,
        names: &[&str],
        handler: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(at, Some(authority.acceptor(names)), Arc::new(handler)).await
    }

    /// Without TLS.
    pub(crate) async fn http(
        at: (IpAddr, u16),
        handler: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::start(at, None, Arc::new(handler)).await
    }

    /// One that nobody may connect to.
    pub(crate) async fn forbidden(at: (IpAddr, u16)) -> Self {
        Self::http(at, |_| json("{}")).await
    }

    async fn start(at: (IpAddr, u16), tls: Option<TlsAcceptor>, handler: Arc<Handler>) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            requests: Arc::default(),
        };
        let (connections, requests) = (server.connections.clone(), server.requests.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (tls, handler, requests) = (tls.clone(), handler.clone(), requests.clone());
                tokio::spawn(async move {
                    match tls {
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                serve(stream, &*handler, &requests).await;
                            }
                        }
                        None => serve(stream, &*handler, &requests).await,
                    }
                });
            }
        });
        server
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How often somebody connected.
    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// The heads of all requests, in lower case.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    handler: &Handler,
    requests: &Mutex<Vec<String>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8(head).unwrap();
    let path = head.split(' ').nth(1).unwrap().to_owned();
    requests.lock().unwrap().push(head.to_lowercase());
    match handler(&path) {
        Answer::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Answer::Stall(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.flush().await;
            std::future::pending::<()>().await;
        }
        Answer::Flood(bytes) => {
            let _ = stream.write_all(&bytes).await;
            while stream.write_all(&[b'0'; 4096]).await.is_ok() {}
        }
    }
}
