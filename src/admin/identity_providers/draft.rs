//! What an administrator entered for an identity provider, and what is wrong with it: all of it at once (CL-16, SA-01).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

use super::ProviderView;
use super::logo::check_svg;
use crate::change::Problems;
use crate::model::LogoutEndpoint;
use crate::model::ProviderCertificates;
use crate::model::ProviderCertificatesError;
use crate::model::ProviderKind;
use crate::model::ProviderLabels;
use crate::model::ProviderLogo;
use crate::model::ProviderPolicy;
use crate::model::ProviderSettings;
use crate::model::SsoEndpoint;
use crate::saml::metadata::ProviderMetadata;
use crate::value::Binding;
use crate::value::Certificate;
use crate::value::CertificateError;
use crate::value::EndpointUri;
use crate::value::EntityId;
use crate::value::Name;
use crate::value::NameIdFormat;
use crate::value::Timestamp;

/// What is entered to create or edit an identity provider, as a form or a JSON document gives it. Nothing of it is
/// checked yet.
///
/// A field that is unknown is an error when it is read: a slip must not pass for a default.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProviderDraft {
    /// The name, for administrators. Required.
    pub name: String,
    /// The name on the login page. Default: the name.
    pub display_name: Option<String>,
    /// Whose software it is.
    pub kind: ProviderKind,
    /// The protocol: `saml2`, which is the default. Any other is refused by its name (SA-15).
    pub protocol: Option<String>,
    /// Its issuer. Required.
    pub entity_id: String,
    /// Where users are sent to log in. Required.
    pub sso_url: String,
    /// How requests are sent there. Default by redirect.
    pub sso_binding: Option<Binding>,
    /// Where users are sent to log out.
    pub logout_url: Option<String>,
    /// Where answers about logging out are sent, where that is another address.
    pub logout_response_url: Option<String>,
    /// How both are sent there. Default by redirect.
    pub logout_binding: Option<Binding>,
    /// 1 to 5 certificates, each as PEM or Base64. DER is taken by [`with_certificate`](Self::with_certificate).
    pub certificates: Vec<String>,
    /// How it is asked to name people.
    pub name_id_format: NameIdFormat,
    /// How strictly it is judged.
    pub policy: ProviderPolicy,
    /// A picture in SVG or PNG of at most 25 KB, in Base64.
    pub logo: Option<String>,
    /// From when on its metadata does not hold any more.
    pub valid_until: Option<Timestamp>,
}

impl ProviderDraft {
    /// What metadata says of an identity provider, with this name: to be looked at, completed and entered (SA-02). Users
    /// are sent there by Redirect where that is offered.
    ///
    /// ```
    /// use grantor::admin::identity_providers::ProviderDraft;
    /// use grantor::saml::metadata;
    ///
    /// # fn example(xml: &[u8], now: grantor::Timestamp) -> Result<ProviderDraft, metadata::MetadataError> {
    /// let metadata = metadata::read(xml, None, None, now)?;
    /// Ok(ProviderDraft::of_metadata("Acme sign-in", &metadata))
    /// # }
    /// ```
    #[must_use]
    pub fn of_metadata(name: &str, metadata: &ProviderMetadata) -> Self {
        Self { name: name.to_owned(), ..Self::default() }.with_metadata(metadata)
    }

    /// What was entered before, to be edited.
    #[must_use]
    pub fn of_provider(provider: &ProviderView) -> Self {
        let ProviderView { labels, settings, .. } = provider;
        let text = |uri: &EndpointUri| uri.as_str().to_owned();
        let logout = settings.logout.as_ref();
        let draft = Self {
            name: labels.name.to_string(),
            display_name: Some(labels.display_name.to_string()),
            kind: labels.kind,
            protocol: None,
            entity_id: settings.entity_id.to_string(),
            sso_url: text(&settings.sso.url),
            sso_binding: Some(settings.sso.binding),
            logout_url: logout.map(|logout| text(&logout.url)),
            logout_response_url: logout.and_then(|logout| logout.response_url.as_ref()).map(text),
            logout_binding: logout.map(|logout| logout.binding),
            certificates: Vec::new(),
            name_id_format: settings.name_id_format,
            policy: settings.policy,
            logo: labels.logo.clone().map(String::from),
            valid_until: settings.valid_until,
        };
        settings.certificates.iter().fold(draft, |draft, found| draft.with_certificate(found.as_der()))
    }

    /// The same with what metadata says in place of what was entered of it: names, policy and logo stay, all certificates
    /// are replaced (SA-02).
    #[must_use]
    pub fn with_metadata(self, metadata: &ProviderMetadata) -> Self {
        let sso = metadata.sso_by(Binding::Redirect).or_else(|| metadata.sso.first());
        let slo = metadata.slo_by(Binding::Redirect).or_else(|| metadata.slo.first());
        let text = |uri: &EndpointUri| uri.as_str().to_owned();
        // An email address is what users are found by.
        let by_email = metadata.name_id_formats.contains(&NameIdFormat::EmailAddress);
        let draft = Self {
            entity_id: metadata.entity_id.to_string(),
            sso_url: sso.map(|sso| text(&sso.location)).unwrap_or_default(),
            sso_binding: sso.map(|sso| sso.binding),
            logout_url: slo.map(|slo| text(&slo.location)),
            logout_response_url: slo.and_then(|slo| slo.response_location.as_ref()).map(text),
            logout_binding: slo.map(|slo| slo.binding),
            name_id_format: if by_email { NameIdFormat::EmailAddress } else { NameIdFormat::Unspecified },
            // Asking for less than the identity provider wants would be refused there; asking for more never is.
            policy: ProviderPolicy {
                sign_requests: self.policy.sign_requests || metadata.want_authn_requests_signed,
                ..self.policy
            },
            certificates: Vec::new(),
            valid_until: metadata.valid_until,
            ..self
        };
        metadata.certificates.iter().fold(draft, |draft, found| draft.with_certificate(found.as_der()))
    }

    /// The same with this certificate too: PEM, DER or Base64 (SA-03).
    #[must_use]
    pub fn with_certificate(mut self, bytes: &[u8]) -> Self {
        let text = core::str::from_utf8(bytes).map_or_else(|_| STANDARD.encode(bytes), str::to_owned);
        self.certificates.push(text);
        self
    }

    /// Checks every field, and the whole. A certificate that the provider has `already` may be over by now.
    pub(super) fn check(
        &self,
        already: Option<&ProviderCertificates>,
        now: Timestamp,
    ) -> Result<(ProviderLabels, ProviderSettings), Problems> {
        let mut problems = Problems::none();
        self.check_protocol(&mut problems);
        let labels = self.labels(&mut problems);
        let entity_id = self.entity_id.parse::<EntityId>();
        if let Err(error) = &entity_id {
            let remedy = "copy the issuer, or entity id, from the identity provider";
            problems.note("entity_id", "sso.bad.entity.id", error, remedy);
        }
        let sso = address("sso_url", Some(&self.sso_url), &mut problems);
        let logout = self.logout(&mut problems);
        let certificates = self.certificates(already, now, &mut problems);
        if self.valid_until.is_some_and(|until| until <= now) {
            let remedy = "import the current metadata of the identity provider";
            problems.note(
                "valid_until",
                "sso.metadata.expired",
                "the metadata does not hold any more",
                remedy,
            );
        }
        match (labels, entity_id, sso, certificates) {
            (Some(labels), Ok(entity_id), Some(url), Some(certificates)) if problems.is_empty() => {
                let sso = SsoEndpoint { url, binding: self.sso_binding.unwrap_or(Binding::Redirect) };
                let (name_id_format, policy, valid_until) =
                    (self.name_id_format, self.policy, self.valid_until);
                let settings = ProviderSettings {
                    entity_id,
                    sso,
                    logout,
                    certificates,
                    name_id_format,
                    policy,
                    valid_until,
                };
                Ok((labels, settings))
            }
            (Some(_) | None, Ok(_) | Err(_), Some(_) | None, Some(_) | None) => Err(problems),
        }
    }

    /// SA-15: SAML 2.0 is the one protocol there is.
    fn check_protocol(&self, problems: &mut Problems) {
        let Some(protocol) = self.protocol.as_deref() else { return };
        let plain: String = protocol.chars().filter(char::is_ascii_alphanumeric).collect();
        let known = match plain.to_ascii_lowercase().as_str() {
            "saml" | "saml2" | "saml20" => return,
            "oidc" | "openidconnect" | "openid" => "OpenID Connect",
            "wsfed" | "wsfederation" => "WS-Federation",
            "saml1" | "saml11" => "SAML 1.1",
            "oauth" | "oauth2" | "oauth20" => "OAuth 2.0",
            "ldap" | "ldaps" => "LDAP",
            _ => "this protocol",
        };
        let cause = format!("{known} is not supported: single sign-on goes by SAML 2.0");
        let remedy = "configure the identity provider as one of SAML 2.0";
        problems.note("protocol", "sso.protocol.unsupported", cause, remedy);
    }

    fn labels(&self, problems: &mut Problems) -> Option<ProviderLabels> {
        let name = name("name", &self.name, problems);
        let display_name = match self.display_name.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => self::name("display_name", text, problems),
            None => name.clone(),
        };
        let logo = match self.logo.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(logo(text, problems)?),
            None => None,
        };
        Some(ProviderLabels { name: name?, display_name: display_name?, kind: self.kind, logo })
    }

    fn logout(&self, problems: &mut Problems) -> Option<LogoutEndpoint> {
        let given = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        if !given(&self.logout_url) {
            if given(&self.logout_response_url) {
                let cause = "there is an address for answers about logging out, and none for requests";
                problems.note("logout_url", "sso.logout.url.required", cause, "enter the logout URL too");
            }
            return None;
        }
        let url = address("logout_url", self.logout_url.as_deref(), problems)?;
        let response_url = match self.logout_response_url.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => Some(address("logout_response_url", Some(text), problems)?),
            None => None,
        };
        Some(LogoutEndpoint { url, response_url, binding: self.logout_binding.unwrap_or(Binding::Redirect) })
    }

    fn certificates(
        &self,
        already: Option<&ProviderCertificates>,
        now: Timestamp,
        problems: &mut Problems,
    ) -> Option<ProviderCertificates> {
        let mut read = Vec::new();
        let note = |at: usize, error: CertificateError, problems: &mut Problems| {
            problems.note(format!("certificates[{at}]"), error.code(), error, error.remedy());
        };
        // One more than there may be tells that there are too many; no more are looked at.
        let most = ProviderCertificates::MAX.saturating_add(1);
        for (at, text) in self.certificates.iter().enumerate().take(most) {
            let found = Certificate::read(text.as_bytes());
            let found =
                found.and_then(|found| found.check_key_under(self.policy.deviations).map(|()| (at, found)));
            match found {
                Ok(found) => read.push(found),
                Err(error) => note(at, error, problems),
            }
        }
        // SA-03: a login works while any one is valid. Beside that one the last one may be over, and the next one is to come.
        let dates: Vec<(usize, Result<(), CertificateError>)> =
            read.iter().map(|(at, found)| (*at, found.check_under(self.policy.deviations, now))).collect();
        let is_kept =
            |found: &Certificate| already.is_some_and(|known| known.iter().any(|known| known == found));
        let is_usable =
            dates.iter().any(|(_, valid)| valid.is_ok()) || read.iter().any(|(_, found)| is_kept(found));
        if !is_usable {
            dates.iter().filter_map(|(at, valid)| Some((*at, valid.err()?))).for_each(|(at, error)| {
                note(at, error, problems);
            });
        }
        let all_read = read.len() == self.certificates.len().min(most);
        match ProviderCertificates::new(read.into_iter().map(|(_, found)| found)) {
            Ok(certificates) => Some(certificates),
            Err(ProviderCertificatesError::None) if !all_read => None,
            Err(error) => {
                problems.note("certificates", error.code(), error, error.remedy());
                None
            }
        }
    }
}

fn name(field: &str, text: &str, problems: &mut Problems) -> Option<Name> {
    if text.is_empty() {
        problems.note(field, "name.required", "a name is required", "give the identity provider a name");
        return None;
    }
    let read = Name::new(text);
    read.map_err(|error| problems.note(field, error.code(), error, "choose a name of visible characters"))
        .ok()
}

fn address(field: &str, text: Option<&str>, problems: &mut Problems) -> Option<EndpointUri> {
    let read = text.unwrap_or_default().parse::<EndpointUri>();
    let remedy = "copy the URL from the identity provider: it begins with `https://`";
    read.map_err(|error| problems.note(field, "sso.bad.url", error, remedy)).ok()
}

fn logo(text: &str, problems: &mut Problems) -> Option<ProviderLogo> {
    // Four characters for three bytes: nothing longer is decoded.
    let too_long = text.len() > ProviderLogo::MAX.saturating_mul(2);
    let logo = match too_long {
        true => Err(crate::model::ProviderLogoError::TooLong { length: text.len() }),
        false => ProviderLogo::try_from(text.to_owned()),
    };
    let remedy = "use a plain picture in SVG or PNG of at most 25 KB";
    match logo {
        Ok(logo) if logo.media_type() == "image/svg+xml" => match check_svg(logo.as_bytes()) {
            Ok(()) => Some(logo),
            Err(cause) => {
                problems.note("logo", "sso.bad.logo", format!("the logo {cause}"), remedy);
                None
            }
        },
        Ok(logo) => Some(logo),
        Err(error) => {
            problems.note("logo", "sso.bad.logo", error, remedy);
            None
        }
    }
}
