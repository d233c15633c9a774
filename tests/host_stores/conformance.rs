//! Every promise of the contract, on each store.

use grantor::testing::conformance;
use grantor::testing::conformance::Suite;

use crate::databases::Database;
use crate::databases::block_on;
use crate::databases::drive;
use crate::store::AnyStore;
use crate::store::StoreUrl;

/// ST-04: what stands between a host and the store in memory changes nothing.
#[test]
fn st_04_memory_through_any_store_passes_every_check() {
    conformance::run(|| block_on(AnyStore::open(&StoreUrl::Memory)).unwrap(), drive).assert();
}

/// ST-02, ST-04: on a file that all checks share, each race through as many handles as threads.
#[test]
fn st_04_sqlite_passes_every_check() {
    let database = Database::sqlite();
    Suite::new(|| database.open(), drive).connections(|_| database.open()).run().assert();
}

/// ST-02, ST-04: the same on one schema of PostgreSQL.
#[test]
fn st_04_postgres_passes_every_check() {
    let Some(database) = Database::postgres() else { return };
    Suite::new(|| database.open(), drive).connections(|_| database.open()).run().assert();
}
