//! Requests over kept connections, and how long their answers take.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// Requests under way at once.
const CONNECTIONS: usize = 16;

/// The bytes of the nth request.
pub(crate) type Request = Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>;

/// One kind of request, sent in turns.
pub(crate) struct Series {
    servers: Vec<SocketAddr>,
    request: Request,
    status: u16,
    count: Arc<AtomicU64>,
    times: Vec<Duration>,
    rates: Vec<f64>,
}

impl Series {
    /// Requests to these servers that are to be answered with `status`.
    pub(crate) fn new(servers: Vec<SocketAddr>, request: Request, status: u16) -> Self {
        let (count, times, rates) = (Arc::default(), Vec::new(), Vec::new());
        Self { servers, request, status, count, times, rates }
    }

    /// A turn that does not count.
    pub(crate) async fn warm_up(&mut self, turn: Duration) {
        self.run(turn).await;
        self.times.clear();
        self.rates.clear();
    }

    /// A turn.
    pub(crate) async fn run(&mut self, turn: Duration) {
        let mut connections = Vec::new();
        for server in self.servers.iter().cycle().take(CONNECTIONS) {
            let stream = TcpStream::connect(server).await.unwrap();
            stream.set_nodelay(true).unwrap();
            connections.push(stream);
        }
        let begun = Instant::now();
        let tasks: Vec<_> = connections
            .into_iter()
            .map(|mut stream| {
                let (count, request, status) =
                    (self.count.clone(), self.request.clone(), self.status);
                tokio::spawn(async move {
                    let (mut buffer, mut times) = (Vec::new(), Vec::new());
                    while begun.elapsed() < turn {
                        let bytes = request(count.fetch_add(1, Ordering::Relaxed));
                        let sent = Instant::now();
                        stream.write_all(&bytes).await.unwrap();
                        answer(&mut stream, &mut buffer, status).await;
                        times.push(sent.elapsed());
                    }
                    times
                })
            })
            .collect();
        let before = self.times.len();
        for task in tasks {
            self.times.extend(task.await.unwrap());
        }
        let answers = u32::try_from(self.times.len() - before).unwrap();
        self.rates.push(f64::from(answers) / begun.elapsed().as_secs_f64());
    }

    /// Answers a second, in the middle of all turns.
    pub(crate) fn rate(&self) -> f64 {
        let mut rates = self.rates.clone();
        rates.sort_by(f64::total_cmp);
        rates[rates.len() / 2]
    }

    /// The time within which so many of a hundred answers came, in milliseconds.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times[(times.len() * percent / 100).min(times.len() - 1)].as_secs_f64() * 1000.0
    }
}

/// Reads one whole answer and insists on its status.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>, status: u16) {
    buffer.clear();
    let head = loop {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server hung up");
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = std::str::from_utf8(&buffer[..head]).unwrap();
    assert!(text.starts_with(&format!("HTTP/1.1 {status}")), "{text}");
    let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |length| length.parse().unwrap());
    let length = if status == 304 { 0 } else { length };
    while buffer.len() < head + length {
        assert!(stream.read_buf(buffer).await.unwrap() > 0, "the server hung up");
    }
}
