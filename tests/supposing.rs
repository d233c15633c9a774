//! Explanations after a change that is not made yet are those after it was made (GV-05).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;

use grantor::access::Requirement;
use grantor::admin::ClientDraft;
use grantor::admin::Proposal;
use grantor::audit::Action;
use grantor::change::Change;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Version;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::RoleGrant;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::Error;
use grantor::server::RequestedToken;
use grantor::server::Supposing;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::Digest;
use grantor::value::FamilyId;
use grantor::value::UserId;
use grantor::value::kind;
use grantor::wire::AuthorizeRequest;

use common::House;
use common::assert_same;
use common::carry_out;
use common::code;
use common::copy;
use common::crowd;
use common::denied;
use common::done;
use common::draft;
use common::proposals;

/// Everything that is asked about: clients for users and for themselves, tokens, logins.
struct Subjects {
    clients: Vec<ClientId>,
    tokens: Vec<Digest<kind::AccessToken>>,
    logins: Vec<(ClientId, FamilyId)>,
}

impl Subjects {
    fn of(house: &House) -> Self {
        let mut subjects = Self { clients: Vec::new(), tokens: Vec::new(), logins: Vec::new() };
        for stored in house.dump().into_values() {
            match stored.record {
                Record::Client(client) => subjects.clients.push(client.id),
                // Of each five that are alike but for their state.
                Record::AccessToken(token) if token.organization == ACME => {
                    subjects.tokens.push(token.digest)
                }
                Record::Family(family) if family.organization == ACME => {
                    subjects.logins.push((family.client, family.id));
                }
                _ => {}
            }
        }
        subjects
    }
}

/// What is explained of each of them, as text; `supposing` is asked anew for each.
fn told<'a>(
    house: &House,
    subjects: &Subjects,
    requirement: &Requirement,
    supposing: impl Fn() -> Supposing<'a>,
) -> Vec<String> {
    let admin = house.admin();
    let mut told = Vec::new();
    for client in &subjects.clients {
        for user in [None, Some(VIEWER), Some(BYSTANDER)] {
            let answer = done(admin.explain_client(*client, user, supposing(), NOON));
            told.push(format!("{client} for {user:?}: {answer:?}"));
        }
        let query = format!("response_type=code&client_id={client}&scope=routing");
        let request = AuthorizeRequest { query: query.as_bytes() };
        let answer = done(admin.explain_authorize(&request, VIEWER, supposing(), NOON)).unwrap();
        told.push(format!("{client} at the browser: {answer:?}"));
        let requested = RequestedToken::ClientCredentials { scope: None };
        let answer = done(admin.explain_token(*client, &requested, supposing(), NOON));
        told.push(format!("{client} for itself: {answer:?}"));
    }
    for token in &subjects.tokens {
        let answer = done(admin.explain_call(token, requirement, supposing(), NOON));
        told.push(format!("{token:?}: {answer:?}"));
    }
    for (client, login) in &subjects.logins {
        let requested = RequestedToken::RefreshToken { login: *login, scope: Some("routing") };
        let answer = done(admin.explain_token(*client, &requested, supposing(), NOON));
        told.push(format!("{login}: {answer:?}"));
    }
    told
}

/// GV-05: of every change that may be proposed, what is explained beforehand is what is explained once it is made: for
/// every client, token and login, at once and after the seven days of a deletion. Asking changes nothing.
#[test]
fn gv_05_what_is_supposed_is_what_then_holds() {
    let house = crowd();
    let subjects = Subjects::of(&house);
    let requirement = fixtures::requirement("routing", "routing:queue:view");
    let dump = house.dump();
    let (mut changed, mut refused) = (BTreeSet::new(), 0);
    for at in [NOON, NOON.plus(8 * DAY)] {
        let before = told(&house, &subjects, &requirement, || at.into());
        for proposal in proposals(&house) {
            let there = copy(&house);
            let supposing = || Supposing::at(at).after(&proposal);
            if let Err(denial) = carry_out(&there, &proposal, NOON) {
                let (web, events) = house.events_of(|| {
                    denied(house.admin().explain_client(house.world.web.id, None, supposing(), NOON))
                });
                assert_eq!(web, denial, "{proposal:?}");
                let [event] = events.as_slice() else { panic!("{proposal:?}: {events:?}") };
                assert_eq!(event.action, proposal.action(), "{event:?}");
                refused += 1;
                continue;
            }
            let supposed = told(&house, &subjects, &requirement, supposing);
            let happened = told(&there, &subjects, &requirement, || at.into());
            for (supposed, happened) in supposed.iter().zip(&happened) {
                assert_eq!(supposed, happened, "after {proposal:?} at {at}");
            }
            if supposed != before {
                changed.insert(format!("{:?}", proposal.action()));
            }
        }
    }
    assert_same(&house.dump(), &dump, "to ask changes nothing");
    assert!(refused > 20, "{refused} were refused");
    let all = [
        Action::Revoke,
        Action::EditScopes,
        Action::EditAudience,
        Action::EditClient,
        Action::DeleteClient,
        Action::MigrateClient,
        Action::EndTokens,
        Action::ChangePolicy,
    ];
    assert_eq!(
        changed,
        all.map(|action| format!("{action:?}")).into_iter().collect(),
        "each of them matters to something"
    );
}

/// GV-05: a client is judged by the roles that it would have, and these are read.
#[test]
fn gv_05_the_roles_that_a_client_would_have_are_read() {
    let house = House::new();
    let service = house.world.service.id;
    let other = fixtures::role(ACME, fixtures::id(77), "integration:flow:run");
    house.put(other.clone());
    let roles = [ADMINISTRATORS, VIEWERS, other.id].map(|role| (role, Division::All));
    house.put(User {
        state: UserState::Active(fixtures::role_grants(roles)),
        ..house.world.administrator.clone()
    });
    let roles = vec![RoleGrant { role: other.id, division: Division::All }];
    let edited = ClientDraft { roles, ..draft(GrantType::ClientCredentials) };
    let edit = Proposal::EditClient { client: service, draft: Box::new(edited) };
    let digest = fixtures::token_of(service).digest();
    let explained = |house: &House, needs: &str, supposing: Supposing<'_>| {
        let call = fixtures::requirement("routing", needs);
        let explanation = done(house.admin().explain_call(&digest, &call, supposing, NOON));
        explanation.refusal().map(Reason::code)
    };
    let there = copy(&house);
    carry_out(&there, &edit, NOON).unwrap();
    let after = Supposing::at(NOON).after(&edit);
    for (needs, before, then) in [
        ("routing:queue:view", None, Some("permission.missing")),
        ("integration:flow:run", Some("permission.missing"), None),
    ] {
        assert_eq!(explained(&house, needs, NOON.into()), before, "{needs}");
        assert_eq!(explained(&house, needs, after), then, "{needs}");
        assert_eq!(explained(&there, needs, NOON.into()), then, "{needs}");
    }
}

/// GV-05, OR-05: whoever supposes a change needs what the change needs, beside what the question needs.
#[test]
fn gv_05_supposing_needs_what_doing_needs() {
    let house = House::new();
    let asking = house.user_with(60, "oauth:client:authorize");
    let ending = house.user_with(61, "oauth:token:delete");
    let both = house.user_with(62, "oauth:client:authorize oauth:token:delete");
    let web = house.world.web.id;
    let ask = |user: UserId, supposing: Supposing<'_>| {
        let admin = house.server.administration(ACME, user);
        match ready(admin.explain_client(web, Some(VIEWER), supposing, NOON)).unwrap() {
            Ok(explanation) => Ok(explanation.is_allowed()),
            Err(Error::Denied(denial)) => Err(denial),
            Err(error) => panic!("{error}"),
        }
    };
    let missing = |permission: &str| Err(Denial::MissingPermission(permission.parse().unwrap()));
    let ended = Supposing::at(NOON).after(&Proposal::EndTokens);
    assert_eq!(ask(asking, NOON.into()), Ok(true));
    assert_eq!(ask(asking, ended), missing("oauth:token:delete"));
    assert_eq!(ask(ending, ended), missing("oauth:client:authorize"));
    assert_eq!(ask(both, ended), Ok(true), "a new login begins in the new epoch");
}

/// GV-05, OR-01: no change that is supposed leads to a client of which the organization is not told.
#[test]
fn gv_05_supposing_tells_nothing_of_others() {
    let house = House::new();
    let foreign: ClientId = fixtures::id(common::NEWCOMER);
    for client in [foreign, fixtures::id(999)] {
        let deleted = Proposal::DeleteClient(client);
        let supposing = Supposing::at(NOON).after(&deleted);
        assert_eq!(
            code(house.admin().explain_client(client, Some(VIEWER), supposing, NOON)),
            "client.not.found"
        );
    }
    let supposing = || Supposing::at(NOON).after(&Proposal::EndTokens);
    let admin = house.admin();
    let [theirs, none] = [foreign, fixtures::id(999)]
        .map(|client| done(admin.explain_client(client, Some(VIEWER), supposing(), NOON)));
    assert_eq!(theirs, none);
}

/// GV-05: a copy after changes holds what is written of its own records, and nothing of another's.
#[test]
fn gv_05_a_copy_takes_what_is_written_of_its_own_records() {
    let world = fixtures::world();
    let access = world.access(&world.web_token);
    let by = fixtures::administrator();
    let word = world.web_approval.revoke(by, NOON).unwrap();
    let login = world.web_login.revoked(by, NOON);
    let consent = world.web_consent.in_next_epoch();
    let user = User { state: UserState::Inactive, ..world.viewer.clone() };
    let role = fixtures::role(ACME, VIEWERS, "routing:queue:edit");
    let organization = world.acme.in_next_epoch();
    let client = world.web.disable(by, NOON).unwrap();
    let update = |changes: Changes, record: Record| changes.with(Change::Update(Version::FIRST, record));
    let records: [Record; 7] = [
        organization.clone().into(),
        client.clone().into(),
        word.clone().into(),
        login.clone().into(),
        consent.clone().into(),
        user.clone().into(),
        role.clone().into(),
    ];
    let after = access.after(&records.into_iter().fold(Changes::new(), update));
    let standing = &after.standing;
    assert_eq!(standing.organization.as_deref(), Some(&organization));
    assert_eq!(standing.client.as_deref(), Some(&client));
    assert_eq!(standing.authorization.as_deref(), Some(&word));
    assert_eq!(standing.family.as_deref(), Some(&login));
    assert_eq!(standing.consent.as_deref(), Some(&consent));
    assert_eq!(standing.user.as_deref(), Some(&user));
    assert_eq!(after.roles.iter().collect::<Vec<_>>(), [&role]);
    assert_eq!(after.token, access.token);

    let gone = [Key::Client(world.web.id), Key::User(ACME, VIEWER), Key::Role(ACME, VIEWERS)]
        .into_iter()
        .fold(Changes::new(), |changes, key| changes.delete(Version::FIRST, key));
    let after = access.after(&gone);
    assert_eq!((after.standing.client, after.standing.user), (None, None));
    assert_eq!((after.roles.iter().count(), after.standing.organization.is_some()), (0, true));

    let others: [Record; 4] = [
        world.globex.in_next_epoch().into(),
        world.mobile.clone().into(),
        world.globex_revocation.clone().into(),
        world.globex_administrator.clone().into(),
    ];
    let after = access.after(&others.into_iter().fold(Changes::new(), update));
    assert_eq!(after, access);
}
