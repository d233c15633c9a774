//! Identity providers and requests to them, by number and in every form.

use super::world::Stamp;
use super::world::World;
use super::world::stamped;
use crate::audit::Actor;
use crate::change::Record;
use crate::model::IdentityProvider;
use crate::model::LogoutEndpoint;
use crate::model::ProviderCertificates;
use crate::model::ProviderKind;
use crate::model::ProviderLabels;
use crate::model::ProviderLogo;
use crate::model::ProviderPolicy;
use crate::model::ProviderSettings;
use crate::model::ProviderState;
use crate::model::RequestPurpose;
use crate::model::RequestState;
use crate::model::SamlRequest;
use crate::model::SsoEndpoint;
use crate::testing::fixtures;
use crate::value::Binding;
use crate::value::Certificate;
use crate::value::ClockSkew;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::Digest;
use crate::value::EmailAddress;
use crate::value::EntityId;
use crate::value::Epoch;
use crate::value::IdentityProviderId;
use crate::value::Name;
use crate::value::NameIdFormat;
use crate::value::OrganizationId;

impl World {
    pub fn provider_id(&self, number: u64) -> IdentityProviderId {
        IdentityProviderId::from_bytes(self.draw("identity provider", number))
    }

    /// An entity id that no other world has.
    pub fn entity_id(&self, number: u64) -> EntityId {
        let text = format!("urn:uuid:{}", OrganizationId::from_bytes(self.draw("entity", number)));
        text.parse().expect("an entity id")
    }

    pub fn email(&self, number: u64) -> EmailAddress {
        format!("User.{number}@example.com").parse().expect("an email address")
    }

    pub fn certificate(&self, number: u64) -> Certificate {
        fixtures::certificate(number, self.at(0), self.at(Self::SPAN))
    }

    /// An identity provider of the organization, a draft.
    pub fn provider(&self, organization: u64, provider: u64, stamp: Stamp) -> IdentityProvider {
        let url = "https://idp.example/sso".parse().expect("an address");
        IdentityProvider {
            organization: self.organization_id(organization),
            id: self.provider_id(provider),
            labels: ProviderLabels {
                name: stamped(stamp),
                display_name: stamped(0),
                kind: ProviderKind::Generic,
                logo: None,
            },
            settings: ProviderSettings {
                entity_id: self.entity_id(0),
                sso: SsoEndpoint { url, binding: Binding::Redirect },
                logout: None,
                certificates: ProviderCertificates::new([self.certificate(provider)]).expect("one"),
                name_id_format: NameIdFormat::Unspecified,
                policy: ProviderPolicy::default(),
                valid_until: None,
            },
            state: ProviderState::Draft,
            epoch: Epoch::FIRST,
            created: self.seconds(provider),
            created_by: Actor::Operator,
            modified: self.seconds(provider),
            modified_by: Actor::Operator,
        }
    }

    /// A request to the identity provider that awaits its answer.
    pub fn saml_request(
        &self,
        request: u64,
        [organization, provider]: [u64; 2],
        stamp: Stamp,
    ) -> SamlRequest {
        SamlRequest {
            digest: Digest::from_bytes(*self.digest(request).as_bytes()),
            organization: self.organization_id(organization),
            provider: self.provider_id(provider),
            purpose: RequestPurpose::Login { force_authn: false },
            return_to: None,
            issued: self.at(stamp),
            expires: self.at(100_000),
            state: RequestState::Waiting { refused: None },
            round: 1,
        }
    }
}

/// Every form that an identity provider takes.
pub(super) fn providers(world: &World, number: u64) -> Vec<Record> {
    let draft = world.provider(number / 10, number, 0);
    let tested = draft.tested(Actor::Operator, world.at(1));
    let (labels, settings) = (elaborate_labels(), elaborate_settings(world));
    let by = Actor::User { organization: draft.organization, user: world.user_id(number) };
    let elaborate = draft.labeled(labels, by, world.at(2)).with_settings(settings, by, world.at(2));
    let elaborate = elaborate.tested(by, world.at(3)).enable(by, world.at(4)).expect("a tested one");
    let enabled = tested.enable(by, world.at(5)).expect("a tested one");
    let disabled = enabled.disable(by, world.at(6)).expect("an enabled one");
    [draft, tested, elaborate, enabled, disabled].map(Record::from).into()
}

fn elaborate_labels() -> ProviderLabels {
    let name = |text: &str| Name::new(text).expect("a name");
    let svg = "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><title>Ü</title></svg>";
    ProviderLabels {
        name: name("Ключи — 鍵 🔑 'quoted' \"twice\" \\ %_"),
        display_name: name("Acme"),
        kind: ProviderKind::AdFs,
        logo: Some(ProviderLogo::new(svg.as_bytes()).expect("a logo")),
    }
}

/// Everything said, and as much of it as there may be.
fn elaborate_settings(world: &World) -> ProviderSettings {
    let url = |path: &str| format!("https://idp.example/{path}?a=b&c").parse().expect("an address");
    let certificates = (1..).map(|number| world.certificate(number)).take(ProviderCertificates::MAX);
    ProviderSettings {
        entity_id: world.entity_id(1),
        sso: SsoEndpoint { url: url("post"), binding: Binding::Post },
        logout: Some(LogoutEndpoint {
            url: url("logout"),
            response_url: Some(url("logged-out")),
            binding: Binding::Redirect,
        }),
        certificates: ProviderCertificates::new(certificates).expect("as many as one may have"),
        name_id_format: NameIdFormat::Persistent,
        policy: ProviderPolicy {
            deviations: Deviation::ALL.into_iter().fold(Deviations::NONE, Deviations::with),
            clock_skew: ClockSkew::MAX,
            idp_initiated: true,
            saml2_bearer: true,
            sign_requests: true,
            force_authn: true,
            require_encryption: true,
            allow_cbc: true,
        },
        valid_until: Some(world.at(500_000)),
    }
}

/// Every form that a request to an identity provider takes.
pub(super) fn requests(world: &World, number: u64) -> Vec<Record> {
    let waiting = world.saml_request(number, [number / 10, number], 0);
    let refused =
        SamlRequest { return_to: Some("Ü\n\"\\\u{0}🔑".to_owned()), round: 3, ..waiting.clone() }
            .refused("saml.response.status");
    let by = Actor::User { organization: waiting.organization, user: world.user_id(number) };
    let test = RequestPurpose::TestLogin { by, epoch: Epoch::FIRST.next(), force_authn: true };
    let tested = SamlRequest { purpose: test, ..waiting.clone() }.answered(world.at(5));
    let logout = SamlRequest {
        purpose: RequestPurpose::Logout,
        state: RequestState::Waiting { refused: None },
        expires: world.at(90_000),
        ..waiting.clone()
    };
    [waiting, refused, tested, logout].map(Record::from).into()
}
