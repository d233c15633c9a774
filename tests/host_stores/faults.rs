//! Processes that are killed under load, as often as `GRANTOR_KILLS` says: 20 times where it says nothing.

use std::fs;
use std::io;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Stdio;
use std::sync::Mutex;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::child::Process;
use crate::databases::Database;
use crate::databases::block_on;
use crate::databases::connect;
use crate::databases::unique;
use crate::load::Answered;
use crate::load::Ledger;
use crate::load::pause;
use crate::load::use_login;
use crate::service::Service;
use crate::store::AnyStore;

fn kills() -> u64 {
    std::env::var("GRANTOR_KILLS").map_or(20, |kills| kills.parse().expect("a number of kills"))
}

/// Says how much was tried: past the capture of the test's output.
fn report(database: &str, ledger: &Ledger) {
    let (kills, answers) = (kills(), ledger.answers());
    let _ = writeln!(io::stderr(), "{database}: killed {kills} times, {answers} answers, all of them kept");
}

/// ST-02, ST-03: a host on SQLite that is killed under load.
#[test]
fn st_02_what_a_killed_host_answered_is_kept_by_sqlite() {
    let database = Database::sqlite();
    Service::over(database.open(), 1).install();
    let mut all = Ledger::default();
    for kill in 0..kills() {
        // A store opened anew each time, as after a restart.
        let service = Service::over(database.open(), 1_000 + kill);
        let first = 1_000 + kill * 200;
        for part in 0..4 {
            service.log_in(first + part * 50..first + part * 50 + 50);
        }
        let mut host = Process::start(&database.url, 2_000 + kill);
        host.tell(&format!("load {first} {}", first + 199));
        let mut answers = Ledger::default();
        for line in host.kill_after(5 + usize::try_from(kill * 7 % 60).unwrap()) {
            let answered = Answered::parse(&line).expect("a whole line");
            all.note(answered.clone());
            answers.note(answered);
        }
        answers.settle(&Service::over(database.open(), 3_000 + kill));
    }
    // What was settled between two kills stayed so.
    all.assert_ended(&Service::over(database.open(), 4_000));
    report("SQLite", &all);
}

/// ST-02, ST-03: a server of PostgreSQL that is killed under the load of two hosts, and started anew.
#[test]
fn st_02_what_a_killed_postgres_answered_is_kept() {
    let Some(cluster) = Cluster::start() else { return };
    let open = || block_on(AnyStore::open(&cluster.url().parse().unwrap())).unwrap();
    let services = [Service::over(open(), 1), Service::over(open(), 2)];
    services[0].install();
    let (logins, ledger) = (Logins::default(), Mutex::new(Ledger::default()));
    logins.plant(&services[0]);
    let note = |answered: Answered| ledger.lock().unwrap().note(answered);
    thread::scope(|scope| {
        let _over = Over(&logins);
        for service in services.iter().chain(&services) {
            let (logins, note) = (&logins, &note);
            scope.spawn(move || {
                while let Some(number) = logins.next() {
                    use_login(service, number, note);
                }
            });
        }
        for kill in 0..kills() {
            pause(Duration::from_millis(300 + kill * 37 % 300));
            cluster.kill();
            cluster.begin();
            // The hosts find it again by themselves.
            logins.plant(&services[0]);
        }
    });
    let ledger = ledger.into_inner().unwrap();
    ledger.settle(&Service::over(open(), 3));
    report("PostgreSQL", &ledger);
}

/// Logins to be used, by number.
#[derive(Default)]
struct Logins {
    planted: AtomicU64,
    used: AtomicU64,
    are_over: AtomicBool,
}

impl Logins {
    const FIRST: u64 = 1_000;

    /// A thousand more than are used.
    fn plant(&self, service: &Service) {
        while self.planted.load(Ordering::SeqCst) < self.used.load(Ordering::SeqCst) + 1_000 {
            let number = Self::FIRST + self.planted.load(Ordering::SeqCst);
            service.log_in(number..number + 50);
            self.planted.fetch_add(50, Ordering::SeqCst);
        }
    }

    /// One that nobody else uses, once there is one; none when it is over.
    fn next(&self) -> Option<u64> {
        let number = self.used.fetch_add(1, Ordering::SeqCst);
        while !self.are_over.load(Ordering::SeqCst) {
            if number < self.planted.load(Ordering::SeqCst) {
                return Some(Self::FIRST + number);
            }
            pause(Duration::from_millis(5));
        }
        None
    }
}

/// Ends it, however it ends.
struct Over<'a>(&'a Logins);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.are_over.store(true, Ordering::SeqCst);
    }
}

/// A server of its own, of a user who is not root, on a folder of its own.
struct Cluster {
    folder: PathBuf,
    binaries: PathBuf,
    port: u16,
    running: Mutex<Option<Child>>,
}

impl Cluster {
    /// None where the programs are not there: then it says so.
    fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            let _ = writeln!(
                io::stderr(),
                "SKIPPED the killing of PostgreSQL: no `initdb` in /usr/lib/postgresql/*/bin or `pg_config --bindir`"
            );
            return None;
        };
        let folder = std::env::temp_dir().join(format!("grantor_{}", unique()));
        fs::create_dir_all(&folder).unwrap();
        if id_of(None) == 0 {
            std::os::unix::fs::chown(&folder, Some(id_of(Some("postgres"))), None).unwrap();
        }
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let cluster = Self { folder, binaries, port, running: Mutex::default() };
        let options = ["-U", "grantor", "-A", "trust", "-E", "UTF8", "-D", "data"];
        let made = cluster.command("initdb").args(options).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        cluster.begin();
        Some(cluster)
    }

    fn url(&self) -> String {
        format!("postgres://grantor@127.0.0.1:{}/postgres", self.port)
    }

    /// A program of the server, run by a user that may run it.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir(&self.folder);
        if id_of(None) == 0 {
            command.uid(id_of(Some("postgres")));
        }
        command
    }

    /// Starts the server, and waits until it answers.
    fn begin(&self) {
        let mut running = self.running.lock().unwrap();
        for _ in 0..600 {
            // It ends at once while processes of the one before are left, which notice soon that they are alone.
            if running.as_mut().is_none_or(|server| server.try_wait().unwrap().is_some()) {
                let log =
                    fs::File::options().create(true).append(true).open(self.folder.join("log")).unwrap();
                let mut server = self.command("postgres");
                server.args(["-D", "data", "-k", ".", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
                server.args(["-c", "recovery_init_sync_method=syncfs"]);
                *running =
                    Some(server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap());
            }
            if block_on(connect(&self.url())).is_ok() {
                return;
            }
            pause(Duration::from_millis(50));
        }
        panic!("PostgreSQL does not start:\n{}", fs::read_to_string(self.folder.join("log")).unwrap());
    }

    /// Kills the process that the others hang on, with no word before.
    fn kill(&self) {
        let mut server = self.running.lock().unwrap().take().unwrap();
        server.kill().unwrap();
        server.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The newest version of the server's programs.
fn binaries() -> Option<PathBuf> {
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = installed.map(|version| version.path().join("bin")).collect();
    folders.sort();
    if let Ok(answer) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(Path::new(String::from_utf8_lossy(&answer.stdout).trim()).to_owned());
    }
    folders.into_iter().rev().find(|folder| folder.join("initdb").exists())
}

/// The number of the user, or of the one that runs this.
fn id_of(user: Option<&str>) -> u32 {
    let answer = Command::new("id").arg("-u").args(user).output().unwrap();
    let number = String::from_utf8_lossy(&answer.stdout).trim().parse();
    number.unwrap_or_else(|_| panic!("no user {user:?}, by whom a server can be run"))
}
