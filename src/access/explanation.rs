//! What an explanation says: each layer with its verdict, for programs and for people (GV-05, TK-11).

use core::fmt;

use serde::Serialize;
use serde::Serializer;

use crate::change::Reason;
use crate::value::Timestamp;

/// A layer of the gate, of what is judged before it, or of what is needed beyond it. An explanation has its layers in the
/// order in which they are judged, and the first that refuses gives the answer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Layer {
    /// The identity provider is there, and in use.
    Provider,
    /// The metadata of the identity provider holds.
    Metadata,
    /// A certificate of the identity provider is valid, or need not be.
    Certificate,
    /// Requests to the identity provider can be signed, where they must be.
    SigningKey,
    /// The application is known, and users may be sent to it.
    Application,
    /// The redirect URI is one of the application's.
    RedirectUri,
    /// The request has no parameter that asks for what there is not.
    Parameters,
    /// The response type is one that there is.
    ResponseType,
    /// The client is registered for the grant type.
    GrantType,
    /// The client has a secret, where the grant type needs one.
    Secret,
    /// The code or refresh token is known, the client's own, and neither spent nor expired.
    Presented,
    /// There is a code challenge where one is needed, and none elsewhere.
    Challenge,
    /// The scopes asked for are well formed.
    ScopeSyntax,
    /// Whoever sits at the browser is an active user of the organization.
    Visitor,
    /// The email address leads to one user of the organization, who is active.
    Identity,
    /// The organization is there, and has not ended its tokens.
    Organization,
    /// The client is there, in use, and of a grant type that goes with what is asked.
    Client,
    /// The organization approves of the client, and did when the token was issued.
    Authorization,
    /// The login that the token descends from goes on.
    Login,
    /// The user's word on the application is there, and is the one that the login began under.
    Consent,
    /// The user is there, active, and among those whom the application is for.
    User,
    /// The token is known, and neither expired nor idle.
    Token,
    /// Whoever must hold the token does.
    Holder,
    /// The organization lets logins be refreshed.
    Refresh,
    /// An accepted scope is held; where a token is to be issued, the scopes asked for may be had.
    Scopes,
    /// The permissions are held, where they are needed.
    Permissions,
}

/// What a layer says.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Verdict<R> {
    /// Nothing is in the way.
    Passes,
    /// It would refuse, and the organization does not enforce it (TK-08).
    NotEnforced,
    /// It is not asked here: no user, no login, no scope or permission is needed.
    DoesNotApply,
    /// It does not refuse: somebody is asked first, and until then nothing is given (AA-04, AA-05).
    AsksFirst,
    /// It cannot be told before that layer passes: what it rests on is not there.
    RestsOn(Layer),
    /// It refuses, whatever the other layers say.
    Refuses(R),
}

/// A layer, and what it says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judged<R> {
    /// The layer.
    pub layer: Layer,
    /// What it says.
    pub verdict: Verdict<R>,
}

/// A decision with all its reasons: not the first layer that refuses alone, but every layer.
///
/// It is no proof of anything: it opens nothing, and is asked for by whoever wants to know why. It serializes under
/// stable names, and its text is for people.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Explanation<R> {
    /// The instant for which it was asked.
    pub at: Timestamp,
    /// The layers, in the order in which they are judged.
    pub layers: Vec<Judged<R>>,
}

impl Layer {
    /// Its stable name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Metadata => "metadata",
            Self::Certificate => "certificate",
            Self::SigningKey => "signing_key",
            Self::Application => "application",
            Self::RedirectUri => "redirect_uri",
            Self::Parameters => "parameters",
            Self::ResponseType => "response_type",
            Self::GrantType => "grant_type",
            Self::Secret => "secret",
            Self::Presented => "presented",
            Self::Challenge => "challenge",
            Self::ScopeSyntax => "scope_syntax",
            Self::Visitor => "visitor",
            Self::Identity => "identity",
            Self::Organization => "organization",
            Self::Client => "client",
            Self::Authorization => "authorization",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::User => "user",
            Self::Token => "token",
            Self::Holder => "holder",
            Self::Refresh => "refresh",
            Self::Scopes => "scopes",
            Self::Permissions => "permissions",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<R> Verdict<R> {
    /// What a check says by itself.
    pub(crate) fn of<T>(checked: Result<T, R>) -> Self {
        match checked {
            Ok(_) => Self::Passes,
            Err(refusal) => Self::Refuses(refusal),
        }
    }

    /// The same, with the reason as another reason.
    pub(crate) fn map<Q>(self, of: impl FnOnce(R) -> Q) -> Verdict<Q> {
        match self {
            Self::Passes => Verdict::Passes,
            Self::NotEnforced => Verdict::NotEnforced,
            Self::DoesNotApply => Verdict::DoesNotApply,
            Self::AsksFirst => Verdict::AsksFirst,
            Self::RestsOn(layer) => Verdict::RestsOn(layer),
            Self::Refuses(refusal) => Verdict::Refuses(of(refusal)),
        }
    }

    /// Whether the layer lets it pass.
    #[must_use]
    pub const fn lets_pass(&self) -> bool {
        match self {
            Self::Passes | Self::NotEnforced | Self::DoesNotApply => true,
            Self::AsksFirst | Self::RestsOn(_) | Self::Refuses(_) => false,
        }
    }

    /// Why the layer refuses, where it does.
    #[must_use]
    pub const fn refusal(&self) -> Option<&R> {
        match self {
            Self::Refuses(refusal) => Some(refusal),
            Self::Passes | Self::NotEnforced | Self::DoesNotApply | Self::AsksFirst | Self::RestsOn(_) => {
                None
            }
        }
    }
}

impl<R> Judged<R> {
    /// What a check says by itself, as a layer.
    pub(crate) const fn new(layer: Layer, verdict: Verdict<R>) -> Self {
        Self { layer, verdict }
    }

    /// The same, with the reason as another reason.
    pub(crate) fn map<Q>(self, of: impl FnOnce(R) -> Q) -> Judged<Q> {
        Judged { layer: self.layer, verdict: self.verdict.map(of) }
    }
}

impl<R> Explanation<R> {
    /// Whether it is allowed: every layer lets it pass. Where nothing refuses and somebody is asked first it is not
    /// allowed yet.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        self.layers.iter().all(|judged| judged.verdict.lets_pass())
    }

    /// The answer that is given: the reason of the first layer that refuses. None where it is allowed.
    #[must_use]
    pub fn refusal(&self) -> Option<&R> {
        self.refusals().next()
    }

    /// Every reason there is to refuse, in the order of the layers.
    pub fn refusals(&self) -> impl Iterator<Item = &R> {
        self.layers.iter().filter_map(|judged| judged.verdict.refusal())
    }

    /// Whether nothing refuses, and somebody is asked first.
    #[must_use]
    pub fn asks_first(&self) -> bool {
        let asks = |judged: &Judged<R>| matches!(judged.verdict, Verdict::AsksFirst);
        self.refusal().is_none() && self.layers.iter().any(asks)
    }

    /// What the layer says; none where it is no part of what was asked.
    #[must_use]
    pub fn verdict(&self, layer: Layer) -> Option<&Verdict<R>> {
        self.layers.iter().find(|judged| judged.layer == layer).map(|judged| &judged.verdict)
    }
}

impl<R: Reason> fmt::Display for Verdict<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passes => f.write_str("passes"),
            Self::NotEnforced => f.write_str("would refuse, and is not enforced by the organization"),
            Self::DoesNotApply => f.write_str("does not apply"),
            Self::AsksFirst => f.write_str("is not given yet: somebody is asked first"),
            Self::RestsOn(layer) => write!(f, "cannot be told before this passes: {layer}"),
            Self::Refuses(reason) => {
                write!(f, "refuses: {reason} ({}); to do: {}", reason.code(), reason.remedy())
            }
        }
    }
}

/// One line for the answer and one for each layer:
///
/// ```text
/// refused at 2026-01-15T12:00:00Z: the client was disabled by the operator at 2026-01-15T11:00:00Z
///   organization   passes
///   client         refuses: the client was disabled … (client.disabled); to do: ask the operator …
/// ```
impl<R: Reason> fmt::Display for Explanation<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refusal() {
            Some(reason) => write!(f, "refused at {}: {reason}", self.at)?,
            None if self.is_allowed() => write!(f, "allowed at {}", self.at)?,
            None if self.asks_first() => write!(f, "not refused at {}: somebody is asked first", self.at)?,
            None => write!(f, "not allowed at {}", self.at)?,
        }
        for Judged { layer, verdict } in &self.layers {
            write!(f, "\n  {layer:<14} {verdict}")?;
        }
        Ok(())
    }
}

/// A verdict as it is serialized.
#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
enum Told {
    Passes,
    NotEnforced,
    DoesNotApply,
    AsksFirst,
    RestsOn { on: Layer },
    Refuses { code: &'static str, cause: String, remedy: String },
}

/// `{"layer":"client","verdict":"refuses","code":…,"cause":…,"remedy":…}`
impl<R: Reason> Serialize for Judged<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Named {
            layer: Layer,
            #[serde(flatten)]
            told: Told,
        }
        let told = match &self.verdict {
            Verdict::Passes => Told::Passes,
            Verdict::NotEnforced => Told::NotEnforced,
            Verdict::DoesNotApply => Told::DoesNotApply,
            Verdict::AsksFirst => Told::AsksFirst,
            Verdict::RestsOn(layer) => Told::RestsOn { on: *layer },
            Verdict::Refuses(reason) => {
                Told::Refuses { code: reason.code(), cause: reason.to_string(), remedy: reason.remedy() }
            }
        };
        Named { layer: self.layer, told }.serialize(serializer)
    }
}

/// `{"at":…,"allowed":…,"layers":[…]}`
impl<R: Reason> Serialize for Explanation<R> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(bound = "R: Reason")]
        struct Whole<'a, R> {
            at: Timestamp,
            allowed: bool,
            layers: &'a [Judged<R>],
        }
        Whole { at: self.at, allowed: self.is_allowed(), layers: &self.layers }.serialize(serializer)
    }
}
