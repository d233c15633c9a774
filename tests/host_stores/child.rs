//! Another process: this program once more, with a server of its own, which does what it is told line by line.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Write;
use std::io::stdin;
use std::io::stdout;
use std::process::Child;
use std::process::ChildStdin;
use std::process::ChildStdout;
use std::process::Command;
use std::process::Stdio;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;

use crate::databases::block_on;
use crate::load::Answered;
use crate::load::use_login;
use crate::service::Ended;
use crate::service::Service;
use crate::service::Tokens;
use crate::service::code;
use crate::store::AnyStore;

/// Tells the program that it is the other process, and over which store.
const URL: &str = "GRANTOR_TEST_CHILD_URL";

/// The seed of its random source, which no other process may have.
const SEED: &str = "GRANTOR_TEST_CHILD_SEED";

/// What begins a line that is meant for the process that asked: there are others, of the test harness.
const MARK: &str = "answer: ";

/// The other process. It is killed when this is dropped.
pub struct Process {
    child: Child,
    says: BufReader<ChildStdout>,
    hears: ChildStdin,
}

impl Process {
    pub fn start(url: &str, seed: u64) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::serve", "--ignored", "--nocapture"])
            .envs([(URL, url), (SEED, &seed.to_string())])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (says, hears) = (BufReader::new(child.stdout.take().unwrap()), child.stdin.take().unwrap());
        let mut process = Self { child, says, hears };
        assert_eq!(process.hear().as_deref(), Some("ready"));
        process
    }

    /// Tells it to do something.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.hears, "{line}").unwrap();
    }

    /// What it answers next; none once it is dead.
    pub fn hear(&mut self) -> Option<String> {
        loop {
            let mut line = String::new();
            if self.says.read_line(&mut line).unwrap_or(0) == 0 || !line.ends_with('\n') {
                return None;
            }
            if let Some((_, answer)) = line.trim_end().split_once(MARK) {
                return Some(answer.to_owned());
            }
        }
    }

    /// What it answers to this.
    pub fn ask(&mut self, line: &str) -> String {
        self.tell(line);
        self.hear().expect("an answer")
    }

    /// Kills it, as `kill -9` does, once so much was answered, and gives all the answers that it gave.
    pub fn kill_after(mut self, answers: usize) -> Vec<String> {
        let mut heard = Vec::new();
        while heard.len() < answers
            && let Some(answer) = self.hear()
        {
            heard.push(answer);
        }
        self.child.kill().unwrap();
        // What was written before it died is still in the pipe.
        while let Some(answer) = self.hear() {
            heard.push(answer);
        }
        heard
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The tokens of an answer; none where nothing was given.
pub fn tokens(answer: &str) -> Option<Tokens> {
    let (access, refresh) = answer.strip_prefix("given ")?.split_once(' ')?;
    Some(Tokens { access: access.to_owned(), refresh: refresh.to_owned() })
}

fn answer(line: impl std::fmt::Display) {
    let mut out = stdout().lock();
    writeln!(out, "{MARK}{line}").unwrap();
    out.flush().unwrap();
}

/// What the other process does. It is no test, and does nothing where it is run as one.
#[test]
#[ignore = "it is the other process of other tests"]
fn serve() {
    let (Ok(url), Ok(seed)) = (std::env::var(URL), std::env::var(SEED)) else { return };
    let store = block_on(AnyStore::open(&url.parse().unwrap())).unwrap();
    let service = Service::over(store, seed.parse().unwrap());
    answer("ready");
    for line in stdin().lock().lines() {
        let line = line.unwrap();
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["redeem", number] => answer(shown(service.redeem(code(number.parse().unwrap()).expose()))),
            ["refresh", token] => answer(shown(service.refresh(token))),
            ["revoke", token] => answer(service.revoke(token).is_ok()),
            ["allows", token] => answer(service.allows(token).unwrap()),
            ["load", first, last] => load(&service, first.parse().unwrap(), last.parse().unwrap()),
            _ => panic!("told `{line}`"),
        }
    }
}

fn shown(ended: Ended) -> String {
    match ended {
        Ended::Given(Tokens { access, refresh }) => format!("given {access} {refresh}"),
        Ended::Refused(error) => format!("refused {error}"),
        Ended::NotDone(error) => format!("not done {error}"),
        Ended::Unknown(error) => format!("unknown {error}"),
    }
}

/// Uses the logins, four at a time.
fn load(service: &Service, first: u64, last: u64) {
    let next = AtomicU64::new(first);
    let note = |answered: Answered| answer(answered);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number > last {
                        return;
                    }
                    use_login(service, number, &note);
                }
            });
        }
    });
}
