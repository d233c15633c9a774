//! Several hosts on one database, and a host on the database of a newer one.

use rusqlite::Connection;

use super::browser::Reply;
use super::databases::Database;
use super::databases::block_on;
use super::flow::access_token;
use super::flow::code;
use super::flow::exchange;
use super::flow::register;
use super::process::Process;
use super::process::run;

fn start(database: &Database) -> Process {
    Process::start_with(&["--listen", "127.0.0.1:0", "--store", &database.url])
}

fn call(host: &Process, access: &str) -> Reply {
    let bearer = format!("Bearer {access}");
    host.browser().send("GET", "/api/v2/oauth/clients", &[("authorization", &bearer)], "")
}

/// GR-04: a code that one host issued is exchanged at another, once in all.
#[test]
fn gr_04_a_code_of_one_host_is_exchanged_at_another() {
    let Some(database) = Database::postgres() else { return };
    let (one, two) = (start(&database), start(&database));
    let mut ada = one.logged_in("ada@acme.example");
    let (id, secret) = register(&mut ada, "Test Desk", &["oauth:readonly"]);
    let code = code(&mut ada, &id);
    let issued = exchange(&mut two.browser(), (&id, &secret), &code);
    assert_eq!(issued.status, 200, "{}", issued.body);
    let access = issued.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!([call(&one, &access).status, call(&two, &access).status], [200, 200]);

    let again = exchange(&mut one.browser(), (&id, &secret), &code);
    assert_eq!(
        (again.status, again.json()["error"].as_str()),
        (400, Some("invalid_grant")),
        "{}",
        again.body
    );
    assert_eq!(
        [call(&one, &access).status, call(&two, &access).status],
        [401, 401],
        "what was stolen is revoked"
    );
}

/// AA-08: a revocation at one host is seen at another by the next call.
#[test]
fn aa_08_a_revocation_at_one_host_is_seen_at_another_at_once() {
    let Some(database) = Database::postgres() else { return };
    let (one, two) = (start(&database), start(&database));
    let mut ada = one.logged_in("ada@acme.example");
    let (id, secret) = register(&mut ada, "Test Desk", &["oauth:readonly"]);
    let (access, _) = access_token(&mut ada, (&id, &secret));
    assert_eq!(call(&two, &access).status, 200);
    let application = format!("/console/applications/{id}");
    assert_eq!(ada.submit(&application, &format!("{application}/revoke"), &[]).status, 303);
    assert_eq!(call(&two, &access).status, 401);
    assert_eq!(call(&one, &access).status, 401);
}

/// Every table, row by row, as text.
fn dump(database: &Database) -> Vec<String> {
    const TABLES: [&str; 3] = ["record", "entry", "schema_version"];
    let mut rows: Vec<String> = Vec::new();
    if database.url.starts_with("sqlite:") {
        let file = Connection::open(database.path()).unwrap();
        for table in TABLES {
            let mut read = file.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let columns = read.column_count();
            let found = read.query_map([], |row| {
                let values = (0..columns).map(|column| row.get::<_, rusqlite::types::Value>(column));
                Ok(format!("{table} {:?}", values.collect::<Result<Vec<_>, _>>()?))
            });
            rows.extend(found.unwrap().map(Result::unwrap));
        }
    } else {
        let client = database.client();
        let tables =
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
        for table in block_on(client.query(tables, &[])).unwrap() {
            let table: String = table.get(0);
            let read = format!("SELECT t::text FROM {table} t");
            let found = block_on(client.query(&read, &[])).unwrap();
            rows.extend(found.iter().map(|row| format!("{table} {}", row.get::<_, String>(0))));
        }
    }
    rows.sort();
    rows
}

/// ST-03: a host does not touch what a newer one keeps: it says so in one line, and ends.
#[test]
fn st_03_the_database_of_a_newer_host_is_left_as_it_is() {
    for database in Database::all() {
        let host = start(&database);
        host.ask_to_stop();
        assert_eq!(host.end().0, Some(0));
        let later = "INSERT INTO schema_version (version, applied) VALUES (7, 'later')";
        if database.url.starts_with("sqlite:") {
            Connection::open(database.path()).unwrap().execute_batch(later).unwrap();
        } else {
            block_on(database.client().batch_execute(later)).unwrap();
        }
        let before = dump(&database);
        assert!(before.len() > 50, "there is something that could be changed");
        let output = run(&["--listen", "127.0.0.1:0", "--store", &database.url]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), told.lines().count()), (Some(2), 1), "{told}");
        assert!(told.starts_with("host: `--store`: ") && told.contains("schema version 7"), "{told}");
        assert!(told.trim_end().ends_with("and this host knows 1: start a newer host"), "{told}");
        assert!(output.stdout.is_empty());
        assert_eq!(dump(&database), before);
    }
}
