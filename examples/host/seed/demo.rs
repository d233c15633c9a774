//! The demo: two organizations, and applications in every state there is.

use grantor::{
    Store, Timestamp,
    admin::{
        ClientDraft, authorizations::Acknowledgement, identity_providers::ProviderDraft,
        operator::BUILT_IN_NAMES,
    },
    change::{Changes, Index},
    model::{
        Caller, Calls, Counted, Division, GrantType, RoleGrant, StatusClass, Usage, UsageDay, UsageSummary,
    },
    saml::metadata,
    server::Error,
    store::Range,
    value::{ClientId, Day, Endpoint, OrganizationId, RoleId, UserId},
};

use super::{Planted, plant::why};
use crate::{
    Stopped,
    directory::{Directory, hash},
    host::Server,
    sessions::random_text,
};

/// The organizations, roles, people, clients and scopes: a document like any other.
pub const DOCUMENT: &str = include_str!("demo.json");
/// An identity provider that is never more than a draft: everybody has its key, which is for tests.
const METADATA: &[u8] = include_bytes!("../../../tests/saml/fixtures/metadata/simple.xml");

const fn of_demo(organization: u8, last: u8) -> [u8; 16] {
    [organization, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, last]
}

const ACME: OrganizationId = OrganizationId::from_bytes(of_demo(0x0a, 1));
const GLOBEX: OrganizationId = OrganizationId::from_bytes(of_demo(0x0b, 1));
const ADA: UserId = UserId::from_bytes(of_demo(0x0a, 0xb1));
const EMIL: UserId = UserId::from_bytes(of_demo(0x0a, 0xb3));
const AUTOMATION: RoleId = RoleId::from_bytes(of_demo(0x0a, 0xa4));

const DAY: u32 = 86_400;
/// 15 March 2026: the implicit grant was open then.
const MARCH: Timestamp = Timestamp::from_unix(1_773_532_800);

/// Draws the password of this start, makes the lines to try work, and tells the story once.
pub async fn tell(
    server: &Server,
    directory: &mut Directory,
    planted: &mut Planted,
    now: Timestamp,
) -> Result<(), Stopped> {
    let password: String = random_text()?.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    directory.set_password(&hash(&password)?);
    planted.password = Some(password);

    if planted.is_new {
        story(server, planted, now).await?;
    }
    let command_line = planted.client(ACME, "Command line")?;
    let created =
        planted.secrets.iter().find(|(_, id, _)| *id == command_line).map(|(.., secret)| secret.clone());
    let secret = match created {
        Some(secret) => Some(secret),
        // It was created by an earlier start, which alone has seen its secret; and somebody may have deleted it since.
        None => match server.administration(ACME, ADA).regenerate_secret(command_line, None, now).await {
            Ok(renewed) => Some(renewed.secret.expose().to_owned()),
            Err(Error::Denied(denial)) => {
                tracing::warn!(%denial, "the client of the lines to try has no new secret");
                None
            }
            Err(error) => return Err(why("Command line", &error)),
        },
    };
    planted.command_line = secret.map(|secret| (command_line, secret));
    planted.secrets.clear();
    Ok(())
}

async fn story(server: &Server, planted: &Planted, now: Timestamp) -> Result<(), Stopped> {
    let ada = server.administration(ACME, ADA);
    let said = |error| why("the demo", &error);
    // A client that is old enough to be restored after its deletion, one that the operator disabled, and an implicit one.
    let old =
        ada.create_client(&automation("Old Dialer"), now.minus(400 * DAY)).await.map_err(said)?.client.id;
    let plan = ada.plan_deletion(old, now).await.map_err(said)?;
    ada.delete_client(&plan, now).await.map_err(said)?;
    let exporter =
        ada.create_client(&automation("Mass Exporter"), now.minus(90 * DAY)).await.map_err(said)?;
    server.operator().disable_client(exporter.client.id, now).await.map_err(said)?;
    let softphone = ClientDraft {
        name: "Legacy Softphone".into(),
        grant_type: Some(GrantType::Implicit),
        redirect_uris: vec!["https://phone.acme.example/".into()],
        scopes: vec!["users:readonly".into()],
        ..ClientDraft::default()
    };
    let softphone = ada.create_client(&softphone, MARCH.min(now)).await.map_err(said)?.client.id;
    ada.authorize(softphone, None, now).await.map_err(said)?;

    // Globex offers its applications: one is approved, one was asked for, one was revoked.
    let insights = planted.client(GLOBEX, "Globex Insights")?;
    ada.authorize(insights, Some(&["analytics:readonly".into()]), now.minus(60 * DAY)).await.map_err(said)?;
    let survey = planted.client(GLOBEX, "Globex Survey")?;
    server
        .administration(ACME, EMIL)
        .request_authorization(survey, None, now.minus(DAY))
        .await
        .map_err(said)?;
    let recorder = planted.client(GLOBEX, "Globex Recorder")?;
    ada.authorize(recorder, None, now.minus(30 * DAY)).await.map_err(said)?;
    ada.revoke(recorder, Acknowledgement::NotGiven, now.minus(2 * DAY)).await.map_err(said)?;

    let built_in = server.store().list(Range::of(Index::BuiltInClients)).await?;
    if let (true, Some(name)) = (built_in.items.is_empty(), BUILT_IN_NAMES.first()) {
        let draft = ClientDraft {
            name: (*name).into(),
            grant_type: Some(GrantType::AuthorizationCode),
            public: true,
            redirect_uris: vec!["https://apps.example.com/".into()],
            scopes: vec!["users:readonly".into()],
            ..ClientDraft::default()
        };
        let _declared = server.operator().declare_built_in(&draft, false, now).await.map_err(said)?;
    }
    let draft = ProviderDraft::of_metadata("Acme sign-in", &metadata::read(METADATA, None, None, now)?);
    let _draft = ada.create_identity_provider(&draft, now).await.map_err(said)?;

    let desk = planted.client(ACME, "Agent Desk")?;
    use_for_a_month(server, (desk, 40), "/api/v2/routing/queues", now).await?;
    use_for_a_month(server, (insights, 15), "/api/v2/analytics/reports", now).await
}

fn automation(name: &str) -> ClientDraft {
    ClientDraft {
        name: name.into(),
        grant_type: Some(GrantType::ClientCredentials),
        roles: vec![RoleGrant { role: AUTOMATION, division: Division::All }],
        ..ClientDraft::default()
    }
}

/// Calls of the last thirty days, fewer of them on Saturdays and Sundays, as they would have been counted.
async fn use_for_a_month(
    server: &Server,
    (client, most): (ClientId, u64),
    template: &str,
    now: Timestamp,
) -> Result<(), Stopped> {
    let endpoint = Endpoint::new("GET", template)?;
    let scope = "routing:readonly".parse()?;
    let (mut changes, mut summary) = (Changes::new(), None::<UsageSummary>);
    for back in 0..30_u16 {
        let day = Day::of(now).minus(back);
        let is_weekend = day.monday().plus(4) < day;
        let good = if is_weekend { most / 5 } else { most + u64::from(back) * 7 % 13 };
        let bad = u64::from(back) % 4;
        let mut usage = Usage::default();
        usage.count(&Counted {
            endpoint: Some(&endpoint),
            caller: Caller::User(ADA),
            calls: Calls::of_class(StatusClass::of(200), good)
                .and(Calls::of_class(StatusClass::of(403), bad))
                .and(Calls::of_class(StatusClass::of(500), u64::from(back == 9) * 6)),
            scope: Some(&scope),
            permissions: &[],
            last_call: day.start().plus(DAY / 2).min(now),
        });
        let day = UsageDay { organization: ACME, client, day, usage };
        match &mut summary {
            Some(summary) => summary.add(&day),
            None => summary = UsageSummary::of(&day),
        }
        changes = changes.insert(day);
    }
    let changes = summary.into_iter().fold(changes, Changes::insert);
    let _applied = server.store().commit(changes).await?;
    Ok(())
}
