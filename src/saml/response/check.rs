//! The checks, by name.

use core::fmt;

/// One thing that is checked of a response. They are in the order in which they are made; those of what is not there
/// are left out.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Check {
    /// The message is a response.
    Root,
    /// The version of the response.
    Version,
    /// The id of the response.
    Id,
    /// When the response was issued.
    IssueInstant,
    /// Where the response is sent.
    Destination,
    /// Who issued the response.
    Issuer,
    /// Whether the response is one of success.
    Status,
    /// Which request the response answers.
    InResponseTo,
    /// There is one assertion, and no more.
    OneAssertion,
    /// The signature of the response, where it has one.
    ResponseSignature,
    /// The decryption of the assertion, where it is encrypted.
    Decryption,
    /// The assertion is signed, by itself or with the response.
    AssertionSignature,
    /// The version of the assertion.
    AssertionVersion,
    /// The id of the assertion.
    AssertionId,
    /// When the assertion was issued.
    AssertionIssueInstant,
    /// Who issued the assertion.
    AssertionIssuer,
    /// Who the assertion is about.
    Subject,
    /// Where, when and for which request the subject is confirmed.
    Confirmation,
    /// When the assertion holds.
    Conditions,
    /// Whom the assertion is for.
    Audience,
    /// The other conditions are known.
    OtherConditions,
    /// When and how the user was authenticated.
    Authentication,
    /// The attributes can be read.
    Attributes,
}

impl Check {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Root,
        Self::Version,
        Self::Id,
        Self::IssueInstant,
        Self::Destination,
        Self::Issuer,
        Self::Status,
        Self::InResponseTo,
        Self::OneAssertion,
        Self::ResponseSignature,
        Self::Decryption,
        Self::AssertionSignature,
        Self::AssertionVersion,
        Self::AssertionId,
        Self::AssertionIssueInstant,
        Self::AssertionIssuer,
        Self::Subject,
        Self::Confirmation,
        Self::Conditions,
        Self::Audience,
        Self::OtherConditions,
        Self::Authentication,
        Self::Attributes,
    ];

    /// Its stable name, for tools.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Version => "version",
            Self::Id => "id",
            Self::IssueInstant => "issue-instant",
            Self::Destination => "destination",
            Self::Issuer => "issuer",
            Self::Status => "status",
            Self::InResponseTo => "in-response-to",
            Self::OneAssertion => "one-assertion",
            Self::ResponseSignature => "response-signature",
            Self::Decryption => "decryption",
            Self::AssertionSignature => "assertion-signature",
            Self::AssertionVersion => "assertion-version",
            Self::AssertionId => "assertion-id",
            Self::AssertionIssueInstant => "assertion-issue-instant",
            Self::AssertionIssuer => "assertion-issuer",
            Self::Subject => "subject",
            Self::Confirmation => "confirmation",
            Self::Conditions => "conditions",
            Self::Audience => "audience",
            Self::OtherConditions => "other-conditions",
            Self::Authentication => "authentication",
            Self::Attributes => "attributes",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
