//! Listing a page of clients.

use grantor::change::Position;
use grantor::ready;

use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;
use crate::service::ADMINISTRATOR;
use crate::service::NOW;
use crate::service::Service;
use crate::service::organization_id;

/// The first page of a hundred, and any page, of so many clients and of so many more.
pub fn list(report: &mut Report, sizes: [u64; 2]) {
    let [few, many] = sizes.map(|size| Service::new(1, size));
    let first = |service, size| {
        Rival::new(format!("of {size}"), move |times| {
            drawn(
                times,
                1,
                || None,
                |after| {
                    page(service, after);
                },
            )
        })
    };
    let task =
        |name: &str, goal| Task { name: format!("list 100 of {} clients, {name}", sizes[1]), turn: 4, goal };
    report.compare(task("first page", Some(1.2)), first(&many, sizes[1]), first(&few, sizes[0]));
    let next = |service, size| {
        let mut after = None;
        Rival::new(format!("of {size}"), move |times| {
            drawn(times, 1, || (), |()| after = page(service, after))
        })
    };
    report.compare(task("page after page", None), next(&many, sizes[1]), next(&few, sizes[0]));
}

fn page(service: &Service, after: Option<Position>) -> Option<Position> {
    let administration = service.server.administration(organization_id(0), ADMINISTRATOR);
    let page = ready(administration.clients(after, 100, NOW)).expect("no waiting").expect("a page");
    assert_eq!(page.items.len(), 100);
    page.next
}
