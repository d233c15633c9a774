//! Starting and stopping: arguments, what is printed, and what a stop leaves behind.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::net::TcpStream;
use std::process::Command;

use super::browser::Reply;
use super::process::Process;
use super::process::run;

#[track_caller]
fn refused(arguments: &[&str], why: &str) {
    let output = run(arguments);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    assert!(told.contains(why) && told.starts_with("host: "), "{arguments:?}: {told}");
    assert_eq!(told.lines().count(), 1, "one line: {told}");
    assert!(output.stdout.is_empty(), "nothing else is said");
}

#[test]
fn wrong_arguments_are_told_in_one_line() {
    refused(&["--colour"], "`--colour` is no option");
    refused(&["--listen"], "`--listen` needs a value");
    refused(&["--listen", "here"], "`--listen here`");
    refused(&["--listen", "127.0.0.1:0", "--listen", "127.0.0.1:0"], "`--listen` is there twice");
    refused(&["--store", "floppy:a"], "`--store`");
    refused(&["--issuer", "https://login.example.com/?a=b"], "`--issuer");
    refused(&["--issuer", "http://login.example.com"], "`--issuer");
}

#[test]
fn a_busy_port_is_told_in_one_line() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    refused(&["--listen", &taken.local_addr().unwrap().to_string()], "cannot listen on");
}

#[test]
fn a_bad_seed_is_told_in_one_line() {
    let folder = folder("seed");
    let organization = |users: &str, clients: &str| {
        format!(
            r#"{{"organizations":[{{"id":"0a000000-0000-4000-8000-000000000001","name":"A","roles":[],"users":[{users}],"clients":[{clients}]}}]}}"#
        )
    };
    let user = r#"{"id":"0a000000-0000-4000-8000-0000000000b1","name":"U","email":"u@a.example","roles":[]}"#;
    let nobodys_role = r#"{"id":"0a000000-0000-4000-8000-0000000000b1","name":"U","email":"u@a.example",
        "roles":[{"role":"0a000000-0000-4000-8000-0000000000a1","division":"*"}]}"#;
    for (name, text, why) in [
        ("json", "{".to_owned(), "EOF"),
        ("field", r#"{"organisations":[]}"#.to_owned(), "unknown field `organisations`"),
        ("email", organization(&user.replace("u@a.example", "nobody"), ""), "email"),
        (
            "hash",
            organization(&user.replace(r#""roles""#, r#""password_hash":"secret","roles""#), ""),
            "password hash",
        ),
        ("role", organization(nobodys_role, ""), "there is no role"),
        ("client", organization(user, r#"{"draft":{"name":"C"}}"#), "permission"),
    ] {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        refused(&["--listen", "127.0.0.1:0", "--seed", path.to_str().unwrap()], why);
    }
    refused(&["--seed", folder.join("absent").to_str().unwrap()], "No such file");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_database_that_cannot_be_opened_is_told_in_one_line() {
    let folder = folder("database");
    let text = folder.join("text");
    fs::write(&text, "no database, but a text that is long enough to be taken for a header of one").unwrap();
    refused(
        &["--listen", "127.0.0.1:0", "--store", &format!("sqlite:{}", text.display())],
        "is not a SQLite database",
    );
    assert!(fs::read_to_string(&text).unwrap().starts_with("no database"), "it stays as it was");
    let output = run(&["--listen", "127.0.0.1:0", "--store", "postgres://nobody:planted@127.0.0.1:1/none"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), told.lines().count()), (Some(2), 1), "{told}");
    assert!(told.contains("postgres://nobody@127.0.0.1:1/none") && !told.contains("planted"), "{told}");
    fs::remove_dir_all(folder).unwrap();
}

/// GV-02: what was counted last is recorded when the host stops, and the next start goes on with what is there.
#[test]
fn gv_02_a_stop_loses_nothing() {
    let folder = folder("stop");
    let store = format!("sqlite:{}", folder.join("host.db").display());
    let arguments = ["--listen", "127.0.0.1:0", "--store", store.as_str()];
    let host = Process::start_with(&arguments);
    let (id, first) = host.credentials();
    let (id, first) = (id.to_owned(), first.to_owned());
    for _ in 0..3 {
        let listed = called(&host, "/api/v2/oauth/clients?pageSize=100");
        assert!(listed.contains("\"name\":\"Old Dialer\""), "{listed}");
    }
    let names =
        |host: &Process| called(host, "/api/v2/oauth/clients?pageSize=100").matches("\"name\"").count();
    let before = names(&host);
    host.ask_to_stop();
    assert_eq!(host.end().0, Some(0));

    let again = Process::start_with(&arguments);
    let (same, second) = again.credentials();
    assert_eq!(same, id, "the client of the lines to try is the same");
    assert_ne!(second, first, "and its secret is another one: the first was seen once");
    let usage = called(&again, &format!("/api/v2/oauth/clients/{id}/usage/summary"));
    assert!(usage.contains("\"status200\":4"), "{usage}");
    assert_eq!(names(&again), before, "nothing is planted twice");
    assert_eq!(again.logged_in("ada@acme.example").get("/console/clients").status, 200);
    drop(again);
    fs::remove_dir_all(folder).unwrap();
}

/// What a call of the client of the lines to try is answered.
fn called(host: &Process, path: &str) -> String {
    let (id, secret) = host.credentials();
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let mut browser = host.browser();
    let issued =
        browser.send("POST", "/oauth/token", &[("content-type", "application/x-www-form-urlencoded")], &body);
    let bearer = format!("Bearer {}", issued.json()["access_token"].as_str().expect(&issued.body));
    let reply = browser.send("GET", path, &[("authorization", &bearer)], "");
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// A new folder.
fn folder(name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("grantor-host-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn help_is_no_error() {
    let output = run(&["--help"]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success());
    for option in ["--listen", "--store", "--seed", "--issuer", "--help"] {
        assert!(told.contains(option), "{option}");
    }
}

#[test]
fn the_lines_to_try_work_as_they_are_printed() {
    let host = Process::start();
    let lines = host.lines();
    assert_eq!(lines.len(), 3);
    let answers: Vec<String> = lines
        .iter()
        .map(|line| {
            String::from_utf8(Command::new("sh").args(["-c", line]).output().unwrap().stdout).unwrap()
        })
        .collect();
    assert!(answers[0].contains("\"token_type\":\"Bearer\""), "{}", answers[0]);
    assert!(answers[1].contains("\"name\":\"Agent Desk\""), "{}", answers[1]);
    assert!(answers[2].contains("\"code_challenge_methods_supported\":[\"S256\"]"), "{}", answers[2]);
}

#[test]
fn nothing_is_planted_without_a_seed() {
    let host = Process::start_with(&["--listen", "127.0.0.1:0", "--seed", "none"]);
    assert_eq!(host.printed.len(), 1);
    assert_eq!(host.browser().get("/login").status, 200);
}

/// What is under way when the stop is asked for is answered, and the process ends well.
#[test]
fn a_stop_finishes_what_is_under_way() {
    let host = Process::start();
    let (id, secret) = host.credentials();
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let mut stream = TcpStream::connect(host.address()).unwrap();
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: h\r\nconnection: close\r\nexpect: 100-continue\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The host says so once its handler reads the body: from then on the request is under way.
    let mut begun = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    host.ask_to_stop();
    // Nobody new is served from some moment on.
    while TcpStream::connect(host.address()).is_ok() {}
    stream.write_all(body.as_bytes()).unwrap();
    let reply = Reply::read(&mut stream);
    assert_eq!(reply.status, 200, "{}", reply.body);
    let (status, logged) = host.end();
    assert_eq!(status, Some(0), "{logged}");
}

/// threat 39: what is logged holds no token, no secret, no code and no password.
#[test]
fn threat_39_the_log_holds_no_secret() {
    let host = Process::start();
    let (id, secret) = host.credentials();
    let (id, secret) = (id.to_owned(), secret.to_owned());
    let password = host.password().to_owned();
    let mut browser = host.logged_in("ada@acme.example");
    host.browser().log_in("ada@acme.example", "wrong-password");
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let token = browser.send("POST", "/oauth/token", &headers, &body).json();
    let token = token["access_token"].as_str().unwrap().to_owned();
    let refused =
        browser.send("POST", "/api/v2/oauth/clients", &[("authorization", &format!("Bearer {token}"))], "{}");
    assert_eq!(refused.status, 403);
    host.ask_to_stop();
    let (_, logged) = host.end();
    assert!(logged.contains("a call was refused"), "{logged}");
    for planted in [secret, token, password, "wrong-password".to_owned()] {
        assert!(!logged.contains(&planted));
    }
}
