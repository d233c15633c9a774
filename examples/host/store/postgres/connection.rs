//! Connections to a database, and its tables.
//!
//! The pool is deadpool's: it has no task of its own, lends a connection only after a look whether it is still
//! open, and keeps the prepared statements with it. There is no TLS here: a server elsewhere is reached through a network
//! that nobody else is on. With `sslmode=require` nothing connects.

use std::time::Duration;

use deadpool_postgres::Client;
use deadpool_postgres::Hook;
use deadpool_postgres::HookError;
use deadpool_postgres::Manager;
use deadpool_postgres::ManagerConfig;
use deadpool_postgres::Pool;
use deadpool_postgres::PoolError;
use deadpool_postgres::RecyclingMethod;
use deadpool_postgres::Runtime;
use tokio_postgres::Config;
use tokio_postgres::NoTls;
use tokio_postgres::config::TargetSessionAttrs;

use super::PATIENCE;
use crate::store::OpenError;
use crate::store::StoreError;
use crate::store::schema;
use crate::store::url::shown;

/// How many connections there are at most.
const CONNECTIONS: usize = 16;

/// How long a server may be silent before its connection is given up.
const SILENCE: Duration = Duration::from_secs(15);

/// What holds for each connection, whatever the server's defaults are.
///
/// A commit that answers is on the disk: `off` would lose it with the power, while what is stricter than `on` is left.
/// Each query has its index, whatever is asked for, so that one plan is good for all parameters. A plan that was made while
/// a table was small is kept when it is large, and must be good then.
const SESSION: &str = "
    SET default_transaction_isolation = 'read committed';
    SET enable_seqscan = off;
    SET plan_cache_mode = force_generic_plan;
    SET lock_timeout = '5s';
    SET statement_timeout = '30s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
";

/// Of hosts that open at once, one brings the tables up to date and the others wait for it. The number is ours.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7453261894021)";

/// Connects, and brings the tables up to date.
///
/// # Errors
///
/// Any [`OpenError`] but those of SQLite.
pub async fn open(config: &Config) -> Result<Pool, OpenError> {
    let unreachable = |source| OpenError::Unreachable { store: shown(config), source };
    let pool = pool(config).map_err(unreachable)?;
    let mut client = pool.get().await.map_err(not_had).map_err(unreachable)?;
    migrate(&mut client, config).await?;
    Ok(pool)
}

fn pool(config: &Config) -> Result<Pool, StoreError> {
    let mut config = config.clone();
    config.connect_timeout(PATIENCE).keepalives_idle(SILENCE).tcp_user_timeout(SILENCE);
    // A replica lags, and would accept what was revoked.
    config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    if config.get_application_name().is_none() {
        config.application_name("grantor");
    }
    let manager =
        Manager::from_config(config, NoTls, ManagerConfig { recycling_method: RecyclingMethod::Fast });
    Pool::builder(manager)
        .max_size(CONNECTIONS)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(PATIENCE))
        .create_timeout(Some(PATIENCE))
        .post_create(Hook::async_fn(|client, _| {
            Box::pin(async move { client.batch_execute(SESSION).await.map_err(HookError::Backend) })
        }))
        .build()
        .map_err(|_| StoreError::NoConnection)
}

async fn migrate(client: &mut Client, config: &Config) -> Result<(), OpenError> {
    let known = schema::known(&schema::POSTGRES);
    let failed = |version| {
        move |error: tokio_postgres::Error| OpenError::NotMigrated {
            store: shown(config),
            version,
            source: error.into(),
        }
    };
    let transaction = client.transaction().await.map_err(failed(known))?;
    transaction.batch_execute(LOCK).await.map_err(failed(known))?;
    let first = transaction.query_one("SELECT current_schema()::text", &[]).await.map_err(failed(known))?;
    if first.get::<_, Option<String>>(0).is_none() {
        return Err(OpenError::NoSchema(shown(config)));
    }
    transaction.batch_execute(schema::VERSION_TABLE).await.map_err(failed(known))?;
    let found: i64 = transaction
        .query_one(schema::VERSION, &[])
        .await
        .and_then(|row| row.try_get(0))
        .map_err(failed(known))?;
    if found > known {
        return Err(OpenError::Newer { store: shown(config), found, known });
    }
    for migration in schema::POSTGRES.iter().filter(|migration| migration.version > found) {
        let failed = failed(migration.version);
        transaction.batch_execute(migration.sql).await.map_err(&failed)?;
        transaction.execute(schema::TAKEN, &[&migration.version]).await.map_err(&failed)?;
    }
    transaction.commit().await.map_err(failed(known))
}

/// Why no connection was had.
pub fn not_had(error: PoolError) -> StoreError {
    match error {
        PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => error.into(),
        PoolError::PostCreateHook(_)
        | PoolError::Timeout(_)
        | PoolError::Closed
        | PoolError::NoRuntimeSpecified => StoreError::NoConnection,
    }
}
