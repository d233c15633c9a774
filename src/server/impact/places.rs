//! Where a change is looked at: an application in an organization each.

use super::Answer;
use crate::access::Standing;
use crate::admin::ActingUser;
use crate::admin::Proposal;
use crate::admin::clients::Stored;
use crate::admin::clients::own;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::model::AuthorizationState;
use crate::model::Reach;
use crate::model::StateName;
use crate::review::impact::Impact;
use crate::server::Administration;
use crate::server::Error;
use crate::server::unit::Unit;
use crate::store::Range;
use crate::store::Store;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// How many of the authorizations that a deletion rests on are guarded in its commit.
const GUARDED: usize = 100;

/// An application in an organization.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) organization: OrganizationId,
    pub(super) client: ClientId,
}

impl Place {
    /// Whether a token or a login is of it. A store that lists another's is broken: it is not told (threat 37).
    pub(super) fn is_of(&self, organization: OrganizationId, client: ClientId) -> bool {
        (organization, client) == (self.organization, self.client)
    }
}

/// The places that a change reaches.
#[derive(Debug)]
pub(super) struct Places {
    /// The first of them.
    pub(super) first: Vec<Place>,
    /// Whether these are all.
    pub(super) is_complete: bool,
    /// All organizations that a client of the organization's own reaches.
    pub(super) reach: Option<Reach>,
}

impl<S: Store> Administration<'_, S> {
    /// The places that the change reaches: one application in this organization, one in all organizations, or all in this
    /// one.
    pub(super) async fn places(&self, proposal: &Proposal, now: Timestamp) -> Answer<Places, S> {
        let organization = self.organization;
        match proposal {
            Proposal::Revoke(client)
            | Proposal::EditScopes { client, .. }
            | Proposal::EditAudience { client, .. }
            | Proposal::EndTokensOfApplication(client) => {
                let first = vec![Place { organization, client: *client }];
                Ok(Places { first, is_complete: true, reach: None })
            }
            Proposal::EditClient { client, .. }
            | Proposal::RegenerateSecret { client, .. }
            | Proposal::DeleteClient(client)
            | Proposal::MigrateImplicit(client)
            | Proposal::EndTokensOfClient(client) => self.places_of_client(*client).await,
            Proposal::EndTokens | Proposal::ChangePolicy(_) => self.places_of_organization(now).await,
            #[cfg(feature = "saml")]
            Proposal::EditProvider { .. }
            | Proposal::RemoveCertificate { .. }
            | Proposal::DisableProvider(_)
            | Proposal::DeleteProvider(_) => Ok(Places { first: Vec::new(), is_complete: true, reach: None }),
        }
    }

    async fn places_of_client(&self, client: ClientId) -> Answer<Places, S> {
        let approved = self.server.unit().approvals(client).await?;
        let most = usize::from(Impact::MOST_PLACES);
        // This organization comes first, wherever it stands among them: of it alone the use is told.
        let (own, others): (Vec<_>, Vec<_>) =
            approved.iter().map(|(organization, _)| *organization).partition(|of| *of == self.organization);
        let place = |organization| Place { organization, client };
        let first = own.into_iter().chain(others).take(most).map(place).collect();
        Ok(Places { first, is_complete: approved.len() <= most, reach: Some(Reach::of(approved)) })
    }

    async fn places_of_organization(&self, now: Timestamp) -> Answer<Places, S> {
        let organization = self.organization;
        let limit = Impact::MOST_PLACES;
        let index = Index::AuthorizationsInState(organization, StateName::Approved);
        let unit = self.server.unit();
        let said = unit.list(Range { limit, ..Range::of(index) }).await?;
        let mut is_complete = said.next.is_none();
        let mut clients: Vec<ClientId> = said
            .items
            .iter()
            .filter_map(|(_, stored)| match &stored.record {
                Record::Authorization(word) if word.organization() == organization => Some(word.client()),
                _ => None,
            })
            .collect();
        // Those that are approved without a word (AA-13).
        let built_in = unit.list(Range { limit, ..Range::of(Index::BuiltInClients) }).await?;
        is_complete &= built_in.next.is_none();
        for (_, stored) in &built_in.items {
            if let Record::Client(client) = &stored.record
                && client.organization().is_none()
                && !client.is_gone(now)
                && self.server.unit().authorization(organization, client.id).await?.is_none()
            {
                clients.push(client.id);
            }
        }
        is_complete &= clients.len() <= usize::from(limit);
        clients.truncate(limit.into());
        let first = clients.into_iter().map(|client| Place { organization, client }).collect();
        Ok(Places { first, is_complete, reach: None })
    }

    /// What the application stands on there, as it is.
    pub(super) async fn standing_at(&self, place: &Place) -> Answer<Standing, S> {
        let Place { organization, client } = *place;
        let mut unit = self.server.unit();
        Ok(Standing {
            organization: unit.organization(organization).await?.map(|stored| stored.record),
            client: unit.client(client).await?.map(|stored| stored.record),
            authorization: unit.authorization(organization, client).await?.map(|stored| stored.record),
            ..Standing::default()
        })
    }
}

impl<S: Store> Unit<'_, S> {
    /// The organizations that a client of the actor's own has access to; none where it is not the actor's.
    ///
    /// It is guarded as far as a commit can bear it: the word of this organization, and of the first hundred others that
    /// ever had one on the client. Another that says its first word at the same moment is not waited for.
    pub(in crate::server) async fn reach(
        &mut self,
        acting: &ActingUser,
        client: Option<&Stored>,
        now: Timestamp,
    ) -> Result<Reach, Error<S::Error>> {
        match own(acting, client.cloned(), now) {
            Ok(own) => {
                let approvals = self.approvals(own.record.id).await?;
                self.authorization(acting.organization_id(), own.record.id).await?;
                Ok(Reach::of(approvals))
            }
            Err(_) => Ok(Reach::of([])),
        }
    }

    /// Which organizations approved the client, and by which authorization, in the order of the organizations.
    pub(super) async fn approvals(
        &mut self,
        client: ClientId,
    ) -> Result<Vec<(OrganizationId, AuthorizationId)>, Error<S::Error>> {
        let mut approved = Vec::new();
        let mut guarded = 0_usize;
        let mut range = Range::of(Index::AuthorizationsOfClient(client));
        loop {
            let page = self.list(range).await?;
            for (_, stored) in &page.items {
                let Record::Authorization(word) = &stored.record else { continue };
                if word.client() != client {
                    continue;
                }
                if guarded < GUARDED {
                    guarded = guarded.saturating_add(1);
                    self.guard(Key::Authorization(word.organization(), client), stored.version);
                }
                match word.state() {
                    AuthorizationState::Approved(_) => approved.push((word.organization(), word.id())),
                    AuthorizationState::Pending { .. } | AuthorizationState::Revoked(_) => {}
                }
            }
            match page.next {
                Some(next) => range.after = Some(next),
                None => return Ok(approved),
            }
        }
    }
}
