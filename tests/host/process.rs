//! The host as a process of its own.

use std::io::BufRead;
use std::io::BufReader;
use std::io::Read;
use std::path::PathBuf;
use std::process::Child;
use std::process::Command;
use std::process::Output;
use std::process::Stdio;
use std::sync::OnceLock;

use super::browser::Browser;

/// A host that runs until it is dropped.
pub struct Process {
    child: Child,
    /// What it printed until it was ready.
    pub printed: Vec<String>,
}

/// The program, built as the tests are.
fn program() -> &'static PathBuf {
    static PROGRAM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let program = PROGRAM.get_or_init(|| {
        let test = std::env::current_exe().unwrap();
        let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "--example", "host", "--all-features", "--target-dir"]);
        cargo.arg(profile.parent().unwrap()).current_dir(env!("CARGO_MANIFEST_DIR"));
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let is_built = cargo.status().unwrap().success();
        is_built.then(|| profile.join("examples").join("host"))
    });
    program.as_ref().expect("the host is built")
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    Command::new(program()).args(arguments).output().unwrap()
}

impl Process {
    /// A host with the demo, on a free port.
    pub fn start() -> Self {
        Self::start_with(&["--listen", "127.0.0.1:0"])
    }

    pub fn start_with(arguments: &[&str]) -> Self {
        let mut command = Command::new(program());
        let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut process = Self { child, printed: Vec::new() };
        for line in BufReader::new(process.child.stdout.as_mut().unwrap()).lines() {
            process.printed.push(line.unwrap());
            if process.printed.last().unwrap().starts_with("listening on ") {
                return process;
            }
        }
        panic!("the host did not start: {}", process.end().1);
    }

    /// Where it listens: host and port.
    pub fn address(&self) -> &str {
        let line = self.printed.last().unwrap();
        line.strip_prefix("listening on http://").unwrap()
    }

    /// The password of the demo's users.
    pub fn password(&self) -> &str {
        self.printed.iter().find_map(|line| line.split("the password of each is ").nth(1)).unwrap()
    }

    /// The lines to try.
    pub fn lines(&self) -> Vec<&str> {
        let lines = self.printed.iter().map(|line| line.trim());
        lines.filter(|line| line.contains("curl ")).collect()
    }

    /// The id and the secret of the client in those lines.
    pub fn credentials(&self) -> (&str, &str) {
        self.lines()[0]
            .split_whitespace()
            .find_map(|word| word.split_once(":gcs_").map(|_| word.split_once(':').unwrap()))
            .unwrap()
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.address())
    }

    /// A browser at which this user is logged in.
    pub fn logged_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let reply = browser.log_in(email, self.password());
        assert_eq!(reply.status, 200, "{}", reply.body);
        browser
    }

    /// Asks it to stop.
    pub fn ask_to_stop(&self) {
        let status = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Its exit status, and what it logged.
    pub fn end(mut self) -> (Option<i32>, String) {
        let mut logged = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
        (self.child.wait().unwrap().code(), logged)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already where a test waited for it.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
