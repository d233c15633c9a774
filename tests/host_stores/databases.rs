//! Databases of a test's own: a file, a schema of PostgreSQL. They are gone when the test ends.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::UNIX_EPOCH;

use grantor::testing::conformance::Task;
use tokio::runtime::Builder;
use tokio::runtime::Runtime;
use tokio_postgres::Client;
use tokio_postgres::Config;
use tokio_postgres::NoTls;

use crate::store::AnyStore;
use crate::store::StoreUrl;

/// Where a server is looked for that no variable names.
const LOCAL: &str = "postgres://postgres@127.0.0.1:5432/test";

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap());

/// Drives a future to its end.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// Drives a task of the suite.
pub fn drive(task: Task<'_>) {
    block_on(task);
}

/// A database that was empty at the start.
pub struct Database {
    pub url: String,
    place: Place,
}

enum Place {
    Folder(PathBuf),
    Schema { url: String, name: String },
}

impl Database {
    /// A file in a folder of its own, on the disk that the build is on.
    pub fn sqlite() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(unique());
        fs::create_dir_all(&folder).unwrap();
        Self { url: format!("sqlite:{}", folder.join("store.db").display()), place: Place::Folder(folder) }
    }

    /// A schema, or none where there is no server: then it says so.
    ///
    /// With `GRANTOR_POSTGRES` there must be one.
    pub fn postgres() -> Option<Self> {
        let named = std::env::var("GRANTOR_POSTGRES").ok();
        let url = named.clone().unwrap_or_else(|| LOCAL.to_owned());
        match block_on(connect(&url)) {
            Ok(client) => Some(block_on(Self::schema(&url, &client))),
            Err(error) if named.is_none() => {
                // Past the capture of the test's output: nobody reads what a test says that passes.
                let _ = writeln!(
                    io::stderr(),
                    "SKIPPED on PostgreSQL: GRANTOR_POSTGRES is not set, and {LOCAL} does not answer: {error}"
                );
                None
            }
            Err(error) => panic!("GRANTOR_POSTGRES does not answer: {error}"),
        }
    }

    async fn schema(url: &str, client: &Client) -> Self {
        let name = format!("grantor_{}", unique());
        client.batch_execute(&format!("CREATE SCHEMA {name}")).await.unwrap();
        let joint = if url.contains('?') { '&' } else { '?' };
        let own = format!("{url}{joint}options=-csearch_path%3D{name}");
        Self { url: own, place: Place::Schema { url: url.to_owned(), name } }
    }

    /// Both, as far as they are there.
    pub fn all() -> Vec<Self> {
        [Some(Self::sqlite()), Self::postgres()].into_iter().flatten().collect()
    }

    /// One more handle on it.
    pub fn open(&self) -> AnyStore {
        block_on(AnyStore::open(&self.url.parse::<StoreUrl>().unwrap())).unwrap()
    }

    /// Where SQLite keeps it.
    pub fn path(&self) -> &Path {
        Path::new(self.url.strip_prefix("sqlite:").unwrap())
    }

    /// A connection past the store.
    pub fn client(&self) -> Client {
        block_on(connect(&self.url)).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.place {
            Place::Folder(folder) => {
                let _ = fs::remove_dir_all(folder);
            }
            Place::Schema { url, name } => {
                let sql = format!("DROP SCHEMA {name} CASCADE");
                if let Ok(client) = block_on(connect(url)) {
                    let _ = block_on(client.batch_execute(&sql));
                }
            }
        }
    }
}

pub async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let mut config: Config = url.parse()?;
    config.connect_timeout(std::time::Duration::from_secs(5));
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

#[expect(clippy::disallowed_methods, reason = "a name that no other run has")]
pub fn unique() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{}_{}_{number}", std::process::id(), now.as_nanos())
}
