//! What there is to find.

use core::fmt;

use serde::Serialize;
use serde::Serializer;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something breaks soon, or stands open.
    High,
    /// More access than is needed, or something left to itself.
    Medium,
    /// To be tidied up.
    Low,
    /// To be known.
    Notice,
}

/// What was found, by a stable name.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum FindingCode {
    /// The organization does not enforce scopes (TK-08).
    ScopesNotEnforced,
    /// There are almost as many clients as there may be (CL-17).
    ClientsNearLimit,
    /// A certificate of an identity provider has expired (SA-04).
    CertificateExpired,
    /// A certificate of an identity provider expires in 60, 30, 14, 7 or 1 days (SA-04).
    CertificateExpiring,
    /// The metadata of an identity provider does not hold any more, or not for long.
    MetadataExpiring,
    /// A client that nobody uses.
    ClientUnused,
    /// An implicit client, with the days that it has left (GR-05).
    ClientImplicit,
    /// A client set for deletion, with the instant of its removal (LC-03).
    ClientAwaitsRemoval,
    /// A client whose next review is overdue (CL-15).
    ReviewOverdue,
    /// Tokens that live longer than is recommended (TK-01).
    LifetimeLong,
    /// A secret that was not rotated for long.
    SecretOld,
    /// An old secret that is still used beside the new one, and ends (CL-10).
    SecretOverlapInUse,
    /// A client that opted out of PKCE (GR-03).
    PkceOptional,
    /// A client of which nobody wrote down what it is for.
    DescriptionMissing,
    /// A client of which nobody wrote down whom to ask (CL-15).
    ContactMissing,
    /// A role of a client that permits by a wildcard.
    RoleWildcard,
    /// A role that a client has in all divisions.
    RoleEverywhere,
    /// A role of which a client that is in use uses nothing.
    RoleUnused,
    /// A role that a client has and that there is no more.
    RoleMissing,
    /// An approved application that nobody uses.
    ApplicationUnused,
    /// A request that nobody has answered.
    RequestStale,
    /// Scopes for writing of which only reads were seen.
    ScopeBroad,
    /// Scopes that no call needed.
    ScopeUnused,
    /// An application of whose calls many fail.
    CallsFailing,
    /// An application that calls far more than it did.
    CallsUnusual,
}

impl FindingCode {
    /// Every code there is, in the order in which they are told.
    pub const ALL: [Self; 25] = [
        Self::ScopesNotEnforced,
        Self::ClientsNearLimit,
        Self::CertificateExpired,
        Self::CertificateExpiring,
        Self::MetadataExpiring,
        Self::ClientUnused,
        Self::ClientImplicit,
        Self::ClientAwaitsRemoval,
        Self::ReviewOverdue,
        Self::LifetimeLong,
        Self::SecretOld,
        Self::SecretOverlapInUse,
        Self::PkceOptional,
        Self::DescriptionMissing,
        Self::ContactMissing,
        Self::RoleWildcard,
        Self::RoleEverywhere,
        Self::RoleUnused,
        Self::RoleMissing,
        Self::ApplicationUnused,
        Self::RequestStale,
        Self::ScopeBroad,
        Self::ScopeUnused,
        Self::CallsFailing,
        Self::CallsUnusual,
    ];

    /// The name, for programs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ScopesNotEnforced => "policy.scopes.not.enforced",
            Self::ClientsNearLimit => "clients.near.limit",
            Self::CertificateExpired => "provider.certificate.expired",
            Self::CertificateExpiring => "provider.certificate.expiring",
            Self::MetadataExpiring => "provider.metadata.expiring",
            Self::ClientUnused => "client.unused",
            Self::ClientImplicit => "client.implicit",
            Self::ClientAwaitsRemoval => "client.removal.pending",
            Self::ReviewOverdue => "client.review.overdue",
            Self::LifetimeLong => "client.lifetime.long",
            Self::SecretOld => "client.secret.old",
            Self::SecretOverlapInUse => "client.secret.overlap.used",
            Self::PkceOptional => "client.pkce.optional",
            Self::DescriptionMissing => "client.description.missing",
            Self::ContactMissing => "client.contact.missing",
            Self::RoleWildcard => "client.role.wildcard",
            Self::RoleEverywhere => "client.role.everywhere",
            Self::RoleUnused => "client.role.unused",
            Self::RoleMissing => "client.role.missing",
            Self::ApplicationUnused => "application.unused",
            Self::RequestStale => "application.request.stale",
            Self::ScopeBroad => "application.scope.broad",
            Self::ScopeUnused => "application.scope.unused",
            Self::CallsFailing => "application.calls.failing",
            Self::CallsUnusual => "application.calls.unusual",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ScopesNotEnforced => "Scopes are not enforced",
            Self::ClientsNearLimit => "Few clients are left to be created",
            Self::CertificateExpired => "Expired certificates",
            Self::CertificateExpiring => "Certificates that expire soon",
            Self::MetadataExpiring => "Metadata that does not hold for long",
            Self::ClientUnused => "Unused clients",
            Self::ClientImplicit => "Clients of the implicit grant",
            Self::ClientAwaitsRemoval => "Clients that await their removal",
            Self::ReviewOverdue => "Overdue reviews",
            Self::LifetimeLong => "Long lifetimes of tokens",
            Self::SecretOld => "Old secrets",
            Self::SecretOverlapInUse => "Replaced secrets that are still used",
            Self::PkceOptional => "Clients without PKCE",
            Self::DescriptionMissing => "Clients without a description",
            Self::ContactMissing => "Clients without a contact",
            Self::RoleWildcard => "Roles with wildcards",
            Self::RoleEverywhere => "Roles in all divisions",
            Self::RoleUnused => "Roles of which nothing is used",
            Self::RoleMissing => "Roles that do not exist",
            Self::ApplicationUnused => "Unused applications",
            Self::RequestStale => "Requests that wait",
            Self::ScopeBroad => "Scopes broader than their use",
            Self::ScopeUnused => "Scopes that are not used",
            Self::CallsFailing => "Applications whose calls fail",
            Self::CallsUnusual => "Applications that call more than usual",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::ScopesNotEnforced => {
                "enforce scopes in the policy, once the applications hold what they need"
            }
            Self::ClientsNearLimit => "delete unused clients, or raise the limit",
            Self::CertificateExpired => {
                "import the identity provider's current metadata, or remove the certificate if another one took over"
            }
            Self::CertificateExpiring => {
                "add the certificate that the identity provider will sign with next, before this one expires"
            }
            Self::MetadataExpiring => "import the identity provider's current metadata",
            Self::ClientUnused => "ask its contact, and delete it: it can be restored for seven days",
            Self::ClientImplicit => "migrate it to authorization code with PKCE",
            Self::ClientAwaitsRemoval => "nothing, or restore it before the instant",
            Self::ReviewOverdue => "review it, and set the next date",
            Self::LifetimeLong => "set the shortest lifetime that its work allows",
            Self::SecretOld => "regenerate the secret, with an overlap where it must not fail at once",
            Self::SecretOverlapInUse => {
                "enter the new secret wherever the old one still is, before the old one ends"
            }
            Self::PkceOptional => "require PKCE once the application sends a code challenge",
            Self::DescriptionMissing => "write down what it is for",
            Self::ContactMissing => "write down whom to ask about it",
            Self::RoleWildcard => "give the client a role that names the permissions that it needs",
            Self::RoleEverywhere => "grant the role in the divisions in which the client works",
            Self::RoleUnused => "take the role from the client",
            Self::RoleMissing => {
                "take the role from the client: whoever creates it again gives it to the client"
            }
            Self::ApplicationUnused => "revoke the application: it can be authorized anew, from scratch",
            Self::RequestStale => "approve the request, or deny it",
            Self::ScopeBroad => "edit the authorization: grant the form for reading alone",
            Self::ScopeUnused => {
                "edit the authorization: leave the scopes out, after a word with the developer"
            }
            Self::CallsFailing => "look at its refusals in the audit trail, and at its answers in the usage",
            Self::CallsUnusual => "ask its developer; if nobody knows why, revoke the application",
        }
    }

    /// Whether it rests on usage that was counted for long enough.
    pub(super) const fn is_of_use(self) -> bool {
        matches!(
            self,
            Self::ClientUnused
                | Self::RoleUnused
                | Self::ApplicationUnused
                | Self::ScopeBroad
                | Self::ScopeUnused
        )
    }
}

impl Severity {
    /// Every severity there is, the highest first.
    pub const ALL: [Self; 4] = [Self::High, Self::Medium, Self::Low, Self::Notice];

    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Notice => "notice",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for FindingCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// GV-03: each code has a name, a title and a remedy of its own, and is told in the order of the table.
    #[test]
    fn gv_03_each_code_is_told_apart() {
        let names: HashSet<&str> = FindingCode::ALL.map(FindingCode::as_str).into();
        let titles: HashSet<&str> = FindingCode::ALL.map(FindingCode::title).into();
        assert_eq!((names.len(), titles.len()), (25, 25));
        assert!(FindingCode::ALL.is_sorted());
        assert!(Severity::ALL.is_sorted());
        for code in FindingCode::ALL {
            assert!(!code.remedy().is_empty() && !code.remedy().ends_with('.'), "{code}");
        }
    }
}
