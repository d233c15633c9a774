//! The seals on the audit trail: made by the host beside its sweep, and verified in the console.

use grantor::AuthorizationServer;
use grantor::Settings;
use grantor::Store;
use grantor::Timestamp;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Changes;
use grantor::change::Record;
use grantor::store::Commit;
use grantor::value::EventId;
use grantor::value::OrganizationId;
use grantor::value::ScopeCatalog;

use super::browser::Browser;
use super::databases::Database;
use super::databases::block_on;
use super::process::Process;
use super::single_sign_on::now;

const ACME: &str = "0a000000-0000-4000-8000-000000000001";

/// A file for a host, and the arguments that name it.
struct House {
    database: Database,
}

impl House {
    fn new() -> Self {
        Self { database: Database::sqlite() }
    }

    fn start(&self) -> Process {
        Process::start_with(&["--listen", "127.0.0.1:0", "--store", &self.database.url])
    }
}

fn acme() -> OrganizationId {
    ACME.parse().unwrap()
}

/// An event of Acme at the instant, as another process would have written it.
fn write(house: &House, at: Timestamp) -> EventId {
    let id = EventId::at(at, [7; 10]);
    let event = Event {
        id,
        at,
        organization: Some(acme()),
        actor: Actor::Operator,
        action: Action::ChangePolicy,
        subject: Subject::Organization(acme()),
        outcome: Outcome::Done,
        changes: Vec::new(),
    };
    let changes = Changes::new().insert(Record::from(event));
    assert_eq!(block_on(house.database.open().commit(changes)).unwrap(), Commit::Applied);
    id
}

/// The number of the last seal, as the page tells it.
fn sealed(ada: &mut Browser) -> u64 {
    let page = ada.get("/console/audit");
    let number =
        page.body.split("Sealed up to number <strong>").nth(1).unwrap_or_else(|| panic!("{}", page.body));
    number.split('<').next().unwrap().parse().unwrap()
}

/// GV-01: the host seals beside its sweep, and once more when it stops.
#[test]
fn gv_01_the_host_seals_what_has_settled() {
    let house = House::new();
    let host = house.start();
    let mut ada = host.logged_in("ada@acme.example");
    // The first round is under way when the host is ready.
    let page =
        (0..100).map(|_| ada.get("/console/audit").body).find(|body| body.contains("Sealed up to number"));
    assert!(page.is_some(), "nothing was sealed");
    let before = sealed(&mut ada);
    write(&house, now().minus(1_000));
    assert_eq!(sealed(&mut ada), before, "between two rounds nothing is sealed");
    host.ask_to_stop();
    let (status, logged) = host.end();
    assert_eq!(status, Some(0), "{logged}");
    assert!(logged.contains(&format!("organization={ACME} events=1 number={}", before + 1)), "{logged}");
}

/// GV-01: an event that is gone is found and told with what to do, page by page.
#[test]
fn gv_01_verifying_finds_what_is_gone() {
    let house = House::new();
    let host = house.start();
    host.ask_to_stop();
    assert_eq!(host.end().0, Some(0));
    let gone: Vec<EventId> = (0..25).map(|number| write(&house, now().minus(2_000 - 10 * number))).collect();
    // As many seals as events, so that one request does not reach the end.
    let settings = Settings::new("https://login.example.com".parse().unwrap(), ScopeCatalog::default());
    let server = AuthorizationServer::new(house.database.open(), settings);
    for _ in 0..40 {
        block_on(server.operator().seal_trail(Some(acme()), 1, now().plus(400))).unwrap();
    }
    drop(server);

    let host = house.start();
    let mut ada = host.logged_in("ada@acme.example");
    let first = ada.get("/console/audit/verify");
    assert!(
        first.body.contains("Nothing is wrong") && first.body.contains("The trail goes on"),
        "{}",
        first.body
    );
    let file = rusqlite::Connection::open(house.database.path()).unwrap();
    let last = gone.last().unwrap();
    let key = last.as_bytes().to_vec();
    assert_eq!(
        file.execute("DELETE FROM entry WHERE list LIKE 'events%' AND position = ?1", [&key]).unwrap(),
        1
    );
    let mut page = first;
    for _ in 0..10 {
        page = ada.get(&page.link("Verify what follows"));
        if page.body.contains("trail.event.removed") {
            assert!(page.body.contains(&last.to_string()) && page.body.contains("backup"), "{}", page.body);
            return;
        }
    }
    panic!("nothing was found: {}", page.body);
}

/// GV-01: an anchor that was kept elsewhere is compared, and one that cannot be read is told.
#[test]
fn gv_01_an_anchor_is_compared() {
    let house = House::new();
    drop(house.start());
    let host = house.start();
    let mut ada = host.logged_in("ada@acme.example");
    let number =
        (0..100).map(|_| ada.get("/console/audit").body).find(|body| body.contains("Sealed up to number"));
    let digest =
        number.unwrap().split("with the digest <code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let good = ada.get(&format!("/console/audit/verify?number=1&digest={digest}"));
    assert!(good.body.contains("Nothing is wrong"), "{}", good.body);
    let other = "A".repeat(43);
    let wrong = ada.get(&format!("/console/audit/verify?number=1&digest={other}"));
    assert!(wrong.body.contains("trail.anchor.mismatch"), "{}", wrong.body);
    for (query, code) in [
        ("number=1", "bad.anchor.digest"),
        (&*format!("digest={digest}"), "bad.anchor.number"),
        ("number=1&digest=short", "bad.anchor.digest"),
    ] {
        let reply = ada.get(&format!("/console/audit/verify?{query}"));
        assert_eq!(reply.status, 422, "{query}");
        assert!(reply.body.contains(code), "{query}: {}", reply.body);
    }
    assert_eq!(ada.get("/console/audit/verify?from=nowhere").status, 400);
}
