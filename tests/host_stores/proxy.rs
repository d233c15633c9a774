//! A way to a server of PostgreSQL that can be made long, and can lose answers.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::io::copy;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::databases::Database;
use crate::databases::block_on;
use crate::store::AnyStore;
use crate::store::StoreUrl;

/// What happens on the way.
#[derive(Clone, Default)]
pub struct Way {
    delay: Arc<AtomicU64>,
    loses_answers: Arc<AtomicBool>,
    is_closed: Arc<AtomicBool>,
}

impl Way {
    /// What the server says arrives so much later.
    pub fn delay(&self, delay: Duration) {
        self.delay.store(delay.as_millis().try_into().unwrap(), Ordering::SeqCst);
    }

    /// What the server says next does not arrive, and its connection ends.
    pub fn lose_answers(&self, loses: bool) {
        self.loses_answers.store(loses, Ordering::SeqCst);
    }

    /// Nobody gets through any more.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
    }

    async fn carry(self, client: TcpStream, server: TcpStream) {
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let up = tokio::spawn(async move {
            let _ = copy(&mut from_client, &mut to_server).await;
        });
        let mut bytes = vec![0; 1 << 20];
        while let Ok(length @ 1..) = from_server.read(&mut bytes).await {
            if self.loses_answers.load(Ordering::SeqCst) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(self.delay.load(Ordering::SeqCst))).await;
            if to_client.write_all(&bytes[..length]).await.is_err() {
                break;
            }
        }
        up.abort();
    }
}

/// A store that reaches the database this way; none where the server is not reached by TCP.
pub fn through(database: &Database) -> Option<(AnyStore, Way)> {
    let StoreUrl::Postgres(config) = database.url.parse().unwrap() else { panic!("no PostgreSQL") };
    let Some(Host::Tcp(host)) = config.get_hosts().first().cloned() else { return None };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let way = Way::default();
    let carrying = way.clone();
    let near = block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let near = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if carrying.is_closed.load(Ordering::SeqCst) {
                    return;
                }
                let server = TcpStream::connect((host.as_str(), port)).await.unwrap();
                tokio::spawn(carrying.clone().carry(client, server));
            }
        });
        near
    });
    let mut detour = Config::new();
    detour.host("127.0.0.1").port(near);
    detour.user(config.get_user().unwrap_or("postgres"));
    detour.dbname(config.get_dbname().unwrap_or("postgres"));
    detour.options(config.get_options().unwrap_or_default());
    if let Some(password) = config.get_password() {
        detour.password(password);
    }
    let store = block_on(AnyStore::open(&StoreUrl::Postgres(Box::new(detour)))).unwrap();
    Some((store, way))
}
