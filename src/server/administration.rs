//! What administrators do to clients, secrets and policy, with the store.

use super::AuthorizationServer;
use super::Error;
use super::unit::Unit;
use crate::admin;
use crate::admin::ClientDraft;
use crate::admin::ClientView;
use crate::admin::DeletionPlan;
use crate::admin::Proposal;
use crate::admin::clients::Fresh;
use crate::admin::deletion::Hanging;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Denial;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::model::Client;
use crate::model::Overlap;
use crate::model::Policy;
use crate::model::Removal;
use crate::model::SecretUse;
use crate::review::impact::Impact;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Plain;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// The administration of one organization, by one of its users.
///
/// Every operation needs a permission (OR-05), and one that is refused changes nothing but the audit trail.
#[derive(Debug)]
pub struct Administration<'a, S> {
    pub(super) server: &'a AuthorizationServer<S>,
    pub(super) organization: OrganizationId,
    pub(super) user: UserId,
}

impl<S> Clone for Administration<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Administration<'_, S> {}

/// A client that was created, and its secret: the only time that it is seen (CL-08).
#[derive(Debug)]
#[must_use = "the secret is handed out here, and nowhere else"]
pub struct CreatedClient {
    /// The client.
    pub client: ClientView,
    /// Its secret; none for a public client.
    pub secret: Option<Plain<kind::ClientSecret>>,
}

impl CreatedClient {
    /// The secret that was drawn for it is handed out where the client has one.
    pub(super) fn of(client: &Client, drawn: Plain<kind::ClientSecret>) -> Self {
        let secret = client.grant.secrets().map(|_| drawn);
        Self { client: ClientView::of(client, &[]), secret }
    }
}

/// A secret that was generated: the only time that it is seen (CL-08).
#[derive(Debug)]
#[must_use = "the secret is handed out here, and nowhere else"]
pub struct NewSecret {
    /// The client.
    pub client: ClientView,
    /// Its new secret.
    pub secret: Plain<kind::ClientSecret>,
}

/// A page of a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Listed<T> {
    /// What is on the page. It may hold less than was asked for, even nothing, and yet not be the last.
    pub items: Vec<T>,
    /// Where the next page begins; none where this one is the last.
    pub next: Option<Position>,
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// Creates a client of the organization. Needs `oauth:client:add`, and every role that the client is to
    /// have (OR-06).
    ///
    /// # Errors
    ///
    /// [`Denial::Invalid`] with every bad field at once (CL-16), [`Denial::TooManyClients`] (CL-17), and
    /// those of every operation: [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn create_client(&self, draft: &ClientDraft, now: Timestamp) -> Answer<CreatedClient, S> {
        let id = ClientId::from_random(self.server.random()?);
        let (plain, secret) = self.server.fresh_secret(now)?;
        let attempt = self.attempt(Action::CreateClient, Subject::Client(id), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            // Asked here too: nobody without it has the list walked.
            let acting =
                acting.and_then(|acting| acting.require(&Permission::OAUTH_CLIENT_ADD).map(|()| acting));
            let tally = unit.tally(self.organization).await?;
            let decided = match acting {
                Err(denial) => Err(denial),
                Ok(acting) => {
                    let policy = *acting.organization().policy();
                    let checks = self.server.checks(&policy);
                    let gone = match tally {
                        Some(tally) if tally.record.clients >= checks.most_clients() => {
                            self.gone_clients(now).await?
                        }
                        Some(_) | None => 0,
                    };
                    admin::clients::create(&acting, draft, &checks, (tally, gone, &Fresh { id, secret }), now)
                }
            };
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(CreatedClient::of(&*outcome?, plain));
            }
        }
        Err(Error::Contended)
    }

    /// Edits a client: the draft takes the place of what was entered before (CL-07). Needs
    /// `oauth:client:edit`, and every role of the client, before and after (OR-06).
    ///
    /// # Errors
    ///
    /// As [`admin::clients::edit`].
    pub async fn edit_client(
        &self,
        client: ClientId,
        draft: &ClientDraft,
        now: Timestamp,
    ) -> Answer<ClientView, S> {
        let attempt = self.attempt(Action::EditClient, Subject::Client(client), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let stored = unit.client(client).await?;
            let uses = unit.secret_uses(stored.as_ref()).await?;
            let decided = acting.and_then(|acting| {
                let checks = self.server.checks(acting.organization().policy());
                admin::clients::edit(&acting, stored, &uses, (draft, &checks), now)
            });
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(ClientView::of(&*outcome?, &[]));
            }
        }
        Err(Error::Contended)
    }

    /// Gives a client a new secret. The old one fails from now on (CL-09), or after the overlap (CL-10).
    /// Needs `oauth:client:edit`, and every role of the client (OR-06).
    ///
    /// # Errors
    ///
    /// As [`admin::secrets::regenerate`].
    pub async fn regenerate_secret(
        &self,
        client: ClientId,
        overlap: Option<Overlap>,
        now: Timestamp,
    ) -> Answer<NewSecret, S> {
        let (plain, secret) = self.server.fresh_secret(now)?;
        let attempt = self.attempt(Action::RegenerateSecret, Subject::Client(client), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let stored = unit.client(client).await?;
            let uses = unit.secret_uses(stored.as_ref()).await?;
            let decided = acting.and_then(|acting| {
                admin::secrets::regenerate(&acting, stored, &uses, (secret, overlap), now)
            });
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(NewSecret { client: ClientView::of(&*outcome?, &[]), secret: plain });
            }
        }
        Err(Error::Contended)
    }

    /// Says what deleting the client would do, to be confirmed (LC-04): at once or in seven days, which organizations
    /// lose access, how many tokens and logins end. Needs `oauth:client:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::deletion::plan`].
    pub async fn plan_deletion(&self, client: ClientId, now: Timestamp) -> Answer<DeletionPlan, S> {
        let attempt = self.attempt(Action::DeleteClient, Subject::Client(client), now)?;
        let mut unit = self.server.unit();
        let acting = self.acting_to_delete(&mut unit).await?;
        let stored = unit.client(client).await?;
        let planned = match acting {
            Ok(acting) => {
                let reach = unit.reach(&acting, stored.as_ref(), now).await?;
                admin::deletion::plan(&acting, stored, &reach, now)
            }
            Err(denial) => Err(denial),
        };
        let plan = unit.answer(attempt, planned).await?;
        let impact = self.impact(&Proposal::DeleteClient(client), now).await?;
        let Impact { tokens_ended: tokens, logins_ended: logins, last_call, .. } = impact;
        Ok(DeletionPlan { tokens, logins, last_call, ..plan })
    }

    /// Deletes the client as confirmed: at once and for good, or in seven days (LC-02, LC-03). From now on no
    /// token of it works, in any organization (LC-05, LC-10). Needs `oauth:client:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::deletion::delete`].
    pub async fn delete_client(&self, plan: &DeletionPlan, now: Timestamp) -> Answer<Removal, S> {
        let client = plan.client;
        let attempt = self.attempt(Action::DeleteClient, Subject::Client(client), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting_to_delete(&mut unit).await?;
            let stored = unit.client(client).await?;
            let decided = match acting {
                Ok(acting) => {
                    let reach = unit.reach(&acting, stored.as_ref(), now).await?;
                    let hanging = Hanging {
                        tally: unit.tally(self.organization).await?,
                        uses: unit.secret_uses(stored.as_ref()).await?,
                    };
                    admin::deletion::delete(&acting, stored, (plan, &reach), &hanging, now)
                }
                Err(denial) => Err(denial),
            };
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome?);
            }
        }
        Err(Error::Contended)
    }

    /// Whoever may delete clients: nobody else has the list of organizations walked.
    async fn acting_to_delete(&self, unit: &mut Unit<'_, S>) -> Answer<Result<admin::ActingUser, Denial>, S> {
        let acting = self.acting(unit).await?;
        Ok(acting.and_then(|acting| acting.require(&Permission::OAUTH_CLIENT_DELETE).map(|()| acting)))
    }

    /// Restores a client that is set for deletion, with other scopes where they are given (LC-06). Tokens
    /// from before stay dead (LC-07). Needs `oauth:client:edit`, and every role of the client (OR-06).
    ///
    /// # Errors
    ///
    /// As [`admin::clients::restore`].
    pub async fn restore_client(
        &self,
        client: ClientId,
        scopes: Option<&[String]>,
        now: Timestamp,
    ) -> Answer<ClientView, S> {
        let attempt = self.attempt(Action::RestoreClient, Subject::Client(client), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let stored = unit.client(client).await?;
            let decided = acting.and_then(|acting| {
                let checks = self.server.checks(acting.organization().policy());
                admin::clients::restore(&acting, stored, scopes, &checks, now)
            });
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(ClientView::of(&*outcome?, &[]));
            }
        }
        Err(Error::Contended)
    }

    /// One client of the organization, with the last use of each secret. Needs `oauth:client:view`.
    ///
    /// # Errors
    ///
    /// [`Denial::ClientNotFound`] for one that is gone or another organization's, [`Denial::BuiltIn`].
    pub async fn client(&self, client: ClientId, now: Timestamp) -> Answer<ClientView, S> {
        let attempt = self.attempt(Action::ViewClients, Subject::Client(client), now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let stored = unit.client(client).await?;
        let uses = unit.secret_uses(stored.as_ref()).await?;
        let uses: Vec<SecretUse> = uses.into_iter().map(|used| used.record).collect();
        let seen = acting.and_then(|acting| {
            acting.require(&Permission::OAUTH_CLIENT_VIEW)?;
            let stored = admin::clients::own(&acting, stored, now)?;
            Ok(ClientView::of(&stored.record, &uses))
        });
        unit.answer(attempt, seen).await
    }

    /// A page of the organization's clients, by creation (CL-14): after the position, at most so many. Needs
    /// `oauth:client:view`.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn clients(
        &self,
        after: Option<Position>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Listed<ClientView>, S> {
        let attempt = self.attempt(Action::ViewClients, Subject::Organization(self.organization), now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed = acting.and_then(|acting| acting.require(&Permission::OAUTH_CLIENT_VIEW));
        unit.answer(attempt, allowed).await?;
        let range = Range {
            after,
            limit: limit.clamp(1, Range::MAX),
            ..Range::of(Index::Clients(self.organization))
        };
        let page = self.server.store.list(range).await.map_err(Error::NotDone)?;
        let items = page.items.iter().filter_map(|(_, stored)| match &stored.record {
            Record::Client(client) => ClientView::of_owned(client, self.organization, now),
            _ => None,
        });
        Ok(Listed { items: items.collect(), next: page.next })
    }

    /// Gives the organization another policy, from now on. Needs `directory:organization:admin`.
    ///
    /// # Errors
    ///
    /// As [`admin::policy::change`].
    pub async fn change_policy(&self, policy: Policy, now: Timestamp) -> Answer<(), S> {
        let attempt = self.attempt(Action::ChangePolicy, Subject::Organization(self.organization), now)?;
        for mut unit in self.server.tries() {
            let acting = unit.acting(self.organization, self.user).await?;
            let providers = match policy.sso_only {
                true => unit.identity_providers(self.organization).await?,
                false => Vec::new(),
            };
            let decided = acting.and_then(|(acting, version)| {
                admin::policy::change(&acting, version, (policy, &providers), now)
            });
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome.map(|_| ())?);
            }
        }
        Err(Error::Contended)
    }

    /// How many clients of the organization are gone, and not yet removed by a sweep (LC-08).
    async fn gone_clients(&self, now: Timestamp) -> Answer<u32, S> {
        let mut gone = 0_u32;
        let mut range = Range::of(Index::Clients(self.organization));
        loop {
            let page = self.server.store.list(range).await.map_err(Error::NotDone)?;
            let on_page = page.items.iter().filter(|(_, stored)| match &stored.record {
                Record::Client(client) => client.is_gone(now),
                _ => false,
            });
            gone = gone.saturating_add(u32::try_from(on_page.count()).unwrap_or(u32::MAX));
            match page.next {
                Some(next) => range.after = Some(next),
                None => return Ok(gone),
            }
        }
    }
}

impl<S: Store> Administration<'_, S> {
    pub(super) fn attempt(&self, action: Action, subject: Subject, now: Timestamp) -> Answer<Attempt, S> {
        Ok(Attempt {
            event: EventId::at(now, self.server.random()?),
            organization: Some(self.organization),
            actor: Actor::User { organization: self.organization, user: self.user },
            action,
            subject,
            at: now,
        })
    }

    pub(super) async fn acting(
        &self,
        unit: &mut Unit<'_, S>,
    ) -> Answer<Result<admin::ActingUser, Denial>, S> {
        let acting = unit.acting(self.organization, self.user).await?;
        Ok(acting.map(|(acting, _)| acting))
    }
}
