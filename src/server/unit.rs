//! One try of one operation: what it read, and the commit that guards it.

use std::sync::Arc;

use super::AuthorizationServer;
use super::Error;
use crate::access::Roles;
use crate::access::Standing;
use crate::admin::ActingUser;
use crate::admin::StoredProvider;
use crate::admin::authorizations::Application;
use crate::audit::Attempt;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Index;
use crate::change::Key;
use crate::change::Reason;
use crate::change::Record;
use crate::change::Refused;
use crate::change::Version;
use crate::change::Versioned;
use crate::change::settle;
use crate::model::AccessToken;
use crate::model::Authorization;
use crate::model::AuthorizationCode;
use crate::model::Client;
use crate::model::ClientTally;
use crate::model::ConsentPrompt;
use crate::model::Organization;
use crate::model::Role;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::model::UsageDay;
use crate::model::UsageSource;
use crate::model::User;
use crate::model::UserConsent;
use crate::store::Commit;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::RoleId;
use crate::value::SecretId;
use crate::value::UsageSourceId;
use crate::value::UserId;
use crate::value::kind;

/// How often an operation is tried while others are in its way.
const TRIES: usize = 16;

/// One try: every record that is read through it is guarded in its commit.
pub(super) struct Unit<'a, S> {
    store: &'a S,
    read: Vec<(Key, Option<Version>)>,
}

impl<S: Store> AuthorizationServer<S> {
    /// The tries of one operation.
    pub(super) fn tries(&self) -> impl Iterator<Item = Unit<'_, S>> + Send {
        (0..TRIES).map(|_| self.unit())
    }

    /// A single try, for what only reads.
    pub(super) const fn unit(&self) -> Unit<'_, S> {
        Unit { store: &self.store, read: Vec::new() }
    }
}

impl<S: Store> Unit<'_, S> {
    /// Commits what was decided with its event, provided that nothing that was read has changed. None on a conflict.
    pub(super) async fn commit<T, R: Reason>(
        self,
        attempt: Attempt,
        decided: Result<Done<T>, R>,
    ) -> Result<Option<Result<T, R>>, Error<S::Error>> {
        self.commit_refused(attempt, decided.map_err(Refused::from)).await
    }

    /// The same for a refusal that may change something too.
    pub(super) async fn commit_refused<T, R: Reason>(
        self,
        attempt: Attempt,
        decided: Result<Done<T>, Refused<R>>,
    ) -> Result<Option<Result<T, R>>, Error<S::Error>> {
        let (outcome, changes) = settle(attempt, decided);
        match self.store.commit(self.guarded(changes)).await? {
            Commit::Applied => Ok(Some(outcome)),
            Commit::Conflict => Ok(None),
        }
    }

    /// Commits what no event tells of. Whether it is applied, or was in conflict.
    pub(super) async fn commit_quietly(self, changes: Changes) -> Result<bool, Error<S::Error>> {
        Ok(self.store.commit(self.guarded(changes)).await? == Commit::Applied)
    }

    /// Answers what only reads: a refusal is committed as an event, and success leaves no trace.
    pub(super) async fn answer<T>(
        self,
        attempt: Attempt,
        seen: Result<T, Denial>,
    ) -> Result<T, Error<S::Error>> {
        let denial = match seen {
            Ok(seen) => return Ok(seen),
            Err(denial) => denial,
        };
        let event = attempt.refused(denial.code(), denial.to_string());
        match self.store.commit(Changes::new().insert(event)).await? {
            Commit::Applied => Err(Error::Denied(denial)),
            Commit::Conflict => Err(Error::Contended),
        }
    }

    /// The changes, with a guard for all that was read.
    fn guarded(&self, changes: Changes) -> Changes {
        self.read.iter().fold(changes, |changes, (key, version)| changes.unchanged(*key, *version))
    }

    /// Has the commit fail where the record is not of this version any more.
    pub(super) fn guard(&mut self, key: Key, version: Version) {
        self.read.push((key, Some(version)));
    }

    pub(super) async fn record(&mut self, key: Key) -> Result<Option<Versioned<Record>>, Error<S::Error>> {
        let found = self.store.record(key).await.map_err(Error::NotDone)?;
        self.read.push((key, found.as_ref().map(|found| found.version)));
        match found {
            Some(found) if found.record.key() != key => Err(Error::Corrupt(key.kind())),
            found => Ok(found),
        }
    }

    /// The client, whatever its state. Its tombstone is no client.
    pub(super) async fn client(
        &mut self,
        id: ClientId,
    ) -> Result<Option<Versioned<Arc<Client>>>, Error<S::Error>> {
        let key = Key::Client(id);
        match self.record(key).await? {
            Some(Versioned { record: Record::Tombstone(_), .. }) => Ok(None),
            found => read(key, found, |record| match record {
                Record::Client(client) => Some(client),
                _ => None,
            }),
        }
    }

    pub(super) async fn organization(
        &mut self,
        id: OrganizationId,
    ) -> Result<Option<Versioned<Arc<Organization>>>, Error<S::Error>> {
        let key = Key::Organization(id);
        read(key, self.record(key).await?, |record| match record {
            Record::Organization(organization) => Some(organization),
            _ => None,
        })
    }

    pub(super) async fn authorization(
        &mut self,
        organization: OrganizationId,
        client: ClientId,
    ) -> Result<Option<Versioned<Arc<Authorization>>>, Error<S::Error>> {
        let key = Key::Authorization(organization, client);
        read(key, self.record(key).await?, |record| match record {
            Record::Authorization(authorization) => Some(authorization),
            _ => None,
        })
    }

    pub(super) async fn application(
        &mut self,
        organization: OrganizationId,
        client: ClientId,
    ) -> Result<Application, Error<S::Error>> {
        Ok(Application {
            client: self.client(client).await?.map(|client| client.record),
            authorization: self.authorization(organization, client).await?,
        })
    }

    pub(super) async fn tally(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<Versioned<ClientTally>>, Error<S::Error>> {
        let key = Key::ClientTally(organization);
        read(key, self.record(key).await?, |record| match record {
            Record::ClientTally(tally) => Some(tally),
            _ => None,
        })
    }

    pub(super) async fn secret_use(
        &mut self,
        secret: SecretId,
    ) -> Result<Option<Versioned<SecretUse>>, Error<S::Error>> {
        let key = Key::SecretUse(secret);
        read(key, self.record(key).await?, |record| match record {
            Record::SecretUse(used) => Some(used),
            _ => None,
        })
    }

    pub(super) async fn secret_uses(
        &mut self,
        stored: Option<&Versioned<Arc<Client>>>,
    ) -> Result<Vec<Versioned<SecretUse>>, Error<S::Error>> {
        let mut uses = Vec::new();
        for secret in stored.into_iter().flat_map(|stored| stored.record.secret_ids()) {
            uses.extend(self.secret_use(secret).await?);
        }
        Ok(uses)
    }

    pub(super) async fn usage_day(
        &mut self,
        organization: OrganizationId,
        client: ClientId,
        day: Day,
    ) -> Result<Option<Versioned<Arc<UsageDay>>>, Error<S::Error>> {
        let key = Key::UsageDay(organization, client, day);
        read(key, self.record(key).await?, |record| match record {
            Record::UsageDay(day) => Some(day),
            _ => None,
        })
    }

    pub(super) async fn usage_source(
        &mut self,
        id: UsageSourceId,
    ) -> Result<Option<Versioned<UsageSource>>, Error<S::Error>> {
        let key = Key::UsageSource(id);
        read(key, self.record(key).await?, |record| match record {
            Record::UsageSource(source) => Some(source),
            _ => None,
        })
    }

    /// What a login stands on, beside its client.
    pub(super) async fn login(
        &mut self,
        standing: &mut Standing,
        family: &Arc<TokenFamily>,
    ) -> Result<(), Error<S::Error>> {
        let TokenFamily { organization, client, user, .. } = **family;
        standing.family = Some(Arc::clone(family));
        standing.organization = self.organization(organization).await?.map(|stored| stored.record);
        standing.authorization = self.authorization(organization, client).await?.map(|stored| stored.record);
        standing.user = self.user(organization, user).await?.map(|stored| stored.record);
        standing.consent = self.consent(organization, client, user).await?.map(|stored| stored.record);
        Ok(())
    }

    pub(super) async fn code(
        &mut self,
        digest: Digest<kind::AuthorizationCode>,
    ) -> Result<Option<Versioned<Arc<AuthorizationCode>>>, Error<S::Error>> {
        let key = Key::AuthorizationCode(digest);
        read(key, self.record(key).await?, |record| match record {
            Record::AuthorizationCode(code) => Some(code),
            _ => None,
        })
    }

    pub(super) async fn prompt(
        &mut self,
        digest: Digest<kind::ConsentTicket>,
    ) -> Result<Option<Versioned<Arc<ConsentPrompt>>>, Error<S::Error>> {
        let key = Key::ConsentPrompt(digest);
        read(key, self.record(key).await?, |record| match record {
            Record::ConsentPrompt(prompt) => Some(prompt),
            _ => None,
        })
    }

    pub(super) async fn family(
        &mut self,
        id: FamilyId,
    ) -> Result<Option<Versioned<Arc<TokenFamily>>>, Error<S::Error>> {
        let key = Key::Family(id);
        read(key, self.record(key).await?, |record| match record {
            Record::Family(family) => Some(family),
            _ => None,
        })
    }

    pub(super) async fn access_token(
        &mut self,
        digest: Digest<kind::AccessToken>,
    ) -> Result<Option<Versioned<AccessToken>>, Error<S::Error>> {
        let key = Key::AccessToken(digest);
        read(key, self.record(key).await?, |record| match record {
            Record::AccessToken(token) => Some(token),
            _ => None,
        })
    }

    pub(super) async fn consent(
        &mut self,
        organization: OrganizationId,
        client: ClientId,
        user: UserId,
    ) -> Result<Option<Versioned<Arc<UserConsent>>>, Error<S::Error>> {
        let key = Key::UserConsent(organization, client, user);
        read(key, self.record(key).await?, |record| match record {
            Record::UserConsent(consent) => Some(consent),
            _ => None,
        })
    }

    pub(super) async fn user(
        &mut self,
        organization: OrganizationId,
        id: UserId,
    ) -> Result<Option<Versioned<Arc<User>>>, Error<S::Error>> {
        let key = Key::User(organization, id);
        read(key, self.record(key).await?, |record| match record {
            Record::User(user) => Some(user),
            _ => None,
        })
    }

    pub(super) async fn role(
        &mut self,
        organization: OrganizationId,
        id: RoleId,
    ) -> Result<Option<Versioned<Arc<Role>>>, Error<S::Error>> {
        let key = Key::Role(organization, id);
        read(key, self.record(key).await?, |record| match record {
            Record::Role(role) => Some(role),
            _ => None,
        })
    }

    pub(super) async fn identity_provider(
        &mut self,
        organization: OrganizationId,
        id: IdentityProviderId,
    ) -> Result<Option<StoredProvider>, Error<S::Error>> {
        let key = Key::IdentityProvider(organization, id);
        read(key, self.record(key).await?, |record| match record {
            Record::IdentityProvider(provider) => Some(provider),
            _ => None,
        })
    }

    /// All identity providers of the organization, each of them guarded. The list itself is not: a provider that joins
    /// it meanwhile locks nobody out.
    pub(super) async fn identity_providers(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Vec<StoredProvider>, Error<S::Error>> {
        let mut providers = Vec::new();
        for id in self.listed(Range::of(Index::IdentityProviders(organization))).await? {
            if let Key::IdentityProvider(owner, id) = id
                && owner == organization
            {
                providers.extend(self.identity_provider(organization, id).await?);
            }
        }
        Ok(providers)
    }

    /// A page of a list. The list itself is not guarded.
    pub(super) async fn list(&self, range: Range) -> Result<Page, Error<S::Error>> {
        self.store.list(range).await.map_err(Error::NotDone)
    }

    /// The keys of what is listed there.
    async fn listed(&self, mut range: Range) -> Result<Vec<Key>, Error<S::Error>> {
        let mut keys = Vec::new();
        loop {
            let page = self.list(range).await?;
            keys.extend(page.items.iter().map(|(_, stored)| stored.record.key()));
            match page.next {
                Some(next) => range.after = Some(next),
                None => return Ok(keys),
            }
        }
    }

    /// Who acts, with all roles that the user holds, and the version of the organization.
    pub(super) async fn acting(
        &mut self,
        organization: OrganizationId,
        user: UserId,
    ) -> Result<Result<(ActingUser, Version), Denial>, Error<S::Error>> {
        let stored = self.organization(organization).await?;
        let version = stored.as_ref().map_or(Version::FIRST, |stored| stored.version);
        let user = self.user(organization, user).await?.map(|user| user.record);
        let acting =
            self.acting_as(organization, stored.map(|stored| stored.record), user.as_deref()).await?;
        Ok(acting.map(|acting| (acting, version)))
    }

    /// The same for a user that was read already.
    pub(super) async fn acting_as(
        &mut self,
        organization: OrganizationId,
        stored: Option<Arc<Organization>>,
        user: Option<&User>,
    ) -> Result<Result<ActingUser, Denial>, Error<S::Error>> {
        let mut roles = Roles::none();
        for role in user.and_then(User::roles).into_iter().flat_map(|grants| grants.roles()) {
            if let Some(role) = self.role(organization, role).await? {
                roles.push(role.record);
            }
        }
        Ok(ActingUser::new(stored, user, roles))
    }
}

/// What is under the key, as what it should be.
pub(super) fn read<T, E>(
    key: Key,
    found: Option<Versioned<Record>>,
    of: impl FnOnce(Record) -> Option<T>,
) -> Result<Option<Versioned<T>>, Error<E>> {
    let Some(Versioned { version, record }) = found else {
        return Ok(None);
    };
    match of(record) {
        Some(record) => Ok(Some(Versioned { version, record })),
        None => Err(Error::Corrupt(key.kind())),
    }
}
