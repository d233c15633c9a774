//! The certificates of an identity provider: how many, which may be used, and for how long yet (SA-01, SA-03, SA-04).
#![cfg(feature = "testing")]

use grantor::model::CertificateWarning;
use grantor::model::ProviderCertificates;
use grantor::model::ProviderCertificatesError;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::certificate;
use grantor::testing::strategies as some;
use grantor::value::Certificate;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

/// Certificates that are valid from the first to the last of so many seconds after noon.
fn valid(spans: &[(i64, i64)]) -> ProviderCertificates {
    ProviderCertificates::new(
        (1..).zip(spans).map(|(number, (from, to))| certificate(number, at(*from), at(*to))),
    )
    .unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOON.unix() + seconds)
}

fn many(count: u64) -> Vec<Certificate> {
    (0..count).map(|number| certificate(number, NOON, NOON)).collect()
}

/// The places of those that may be used.
fn usable(certificates: &ProviderCertificates, deviations: Deviations, now: Timestamp) -> Vec<usize> {
    let place = |used: &Certificate| certificates.iter().position(|there| there == used).unwrap();
    certificates.usable(deviations, now).map(place).collect()
}

/// SA-01: 1 to 5, each once.
#[test]
fn sa_01_a_provider_has_1_to_5_certificates() {
    assert_eq!(ProviderCertificates::MAX, 5);
    for count in 1..=5 {
        let kept = ProviderCertificates::new(many(count)).unwrap();
        assert_eq!(kept.as_slice(), many(count), "in their order");
        assert!(kept.iter().eq(kept.as_slice()));
        assert_eq!(Vec::from(kept), many(count));
    }
    assert_eq!(ProviderCertificates::new([]), Err(ProviderCertificatesError::None));
    assert_eq!(ProviderCertificates::new(many(6)), Err(ProviderCertificatesError::TooMany { count: 6 }));
}

/// SA-01: the second of two that are the same is named, wherever it stands.
#[test]
fn sa_01_no_certificate_is_there_twice() {
    for count in 2..=5_usize {
        for place in 1..count {
            for earlier in 0..place {
                let mut repeated = many(u64::try_from(count).unwrap());
                repeated[place] = repeated[earlier].clone();
                assert_eq!(
                    ProviderCertificates::new(repeated),
                    Err(ProviderCertificatesError::Repeated { place })
                );
            }
        }
    }
}

/// SA-01, DX-09: each refusal has a code, a cause and something that can be done.
#[test]
fn sa_01_refusals_are_named() {
    let told = |error: ProviderCertificatesError| (error.code(), error.to_string());
    assert_eq!(
        told(ProviderCertificatesError::None),
        ("sso.certificate.required", "an identity provider needs a certificate".to_owned())
    );
    assert_eq!(
        told(ProviderCertificatesError::TooMany { count: 6 }),
        ("sso.too.many.certificates", "6 certificates are more than 5".to_owned())
    );
    assert_eq!(
        told(ProviderCertificatesError::Repeated { place: 1 }),
        ("sso.certificate.repeated", "the certificate at place 1 is there twice".to_owned())
    );
}

/// SA-01: what is stored is judged as what is entered.
#[test]
fn sa_01_stored_certificates_are_judged_again() {
    let json = |certificates: Vec<Certificate>| serde_json::to_string(&certificates).unwrap();
    let read = |json: &str| serde_json::from_str::<ProviderCertificates>(json);
    assert_eq!(read(&json(many(5))).unwrap().as_slice(), many(5));
    let twice = [many(2), many(1)].concat();
    for (stored, cause) in [
        (json(vec![]), "needs a certificate"),
        (json(many(6)), "6 certificates are more than 5"),
        (json(twice), "at place 2 is there twice"),
        ("[\"MIIB\"]".to_owned(), "not a certificate in DER"),
        ("\"MIIB\"".to_owned(), "expected a sequence"),
    ] {
        let error = read(&stored).unwrap_err().to_string();
        assert!(error.contains(cause), "{error}");
    }
}

/// SA-03, threat 54: a login works while any one of them is valid at that instant, both ends included, whichever it
/// is and in whatever order they stand.
#[test]
fn sa_03_any_one_that_is_valid_is_enough() {
    let spans = [(0, 10), (10, 20), (30, 30), (-20, -10)];
    for turn in 0..spans.len() {
        let mut turned = spans;
        turned.rotate_left(turn);
        let certificates = valid(&turned);
        for (now, expected) in [
            (-21, &[][..]),
            (-20, &[(-20, -10)]),
            (-10, &[(-20, -10)]),
            (-9, &[]),
            (-1, &[]),
            (0, &[(0, 10)]),
            (9, &[(0, 10)]),
            (10, &[(0, 10), (10, 20)]),
            (11, &[(10, 20)]),
            (20, &[(10, 20)]),
            (21, &[]),
            (30, &[(30, 30)]),
            (31, &[]),
        ] {
            let found = usable(&certificates, Deviations::NONE, at(now));
            let places = (0..turned.len()).filter(|place| expected.contains(&turned[*place]));
            assert_eq!(found, places.collect::<Vec<_>>(), "{now} s, {turned:?}");
        }
    }
}

/// SA-03, SA-18: expired ones may be used where the policy says so, by that switch alone, and never ones whose time is
/// to come.
#[test]
fn sa_18_expired_certificates_are_used_by_their_own_switch() {
    let certificates = valid(&[(-20, -10), (0, 10), (20, 30)]);
    for deviation in Deviation::ALL {
        let allowed = usable(&certificates, Deviations::NONE.with(deviation), at(5));
        let expected: &[usize] = if deviation == Deviation::ExpiredCertificate { &[0, 1] } else { &[1] };
        assert_eq!(allowed, expected, "{deviation}");
    }
    let all = Deviation::ALL.into_iter().fold(Deviations::NONE, Deviations::with);
    assert!(usable(&certificates, all, at(-21)).is_empty(), "nothing makes one valid before its time");
}

/// SA-04: warned of at 60, 30, 14, 7 and 1 days before the last instant, to the second, and once it is expired.
#[test]
fn sa_04_warnings_come_at_60_30_14_7_and_1_days() {
    let day = i64::from(DAY);
    let days = |left: i64| {
        let warnings = valid(&[(-100 * day, left)]).warnings(NOON);
        let one = warnings.first().copied();
        assert_eq!(warnings.len(), usize::from(one.is_some()));
        one.inspect(|warning| assert_eq!((warning.place, warning.not_after), (0, at(left)))).map(|it| it.days)
    };
    for (left, expected) in [
        (61 * day, None),
        (60 * day + 1, None),
        (60 * day, Some(60)),
        (60 * day - 1, Some(60)),
        (30 * day + 1, Some(60)),
        (30 * day, Some(30)),
        (14 * day + 1, Some(30)),
        (14 * day, Some(14)),
        (7 * day + 1, Some(14)),
        (7 * day, Some(7)),
        (day + 1, Some(7)),
        (day, Some(1)),
        (1, Some(1)),
        (0, Some(1)),
        (-1, Some(0)),
        (-99 * day, Some(0)),
    ] {
        assert_eq!(days(left), expected, "{left} s before its end");
    }
}

/// SA-04: each is warned of by its place, the first to expire first.
#[test]
fn sa_04_the_first_to_expire_is_warned_of_first() {
    let day = i64::from(DAY);
    let certificates = valid(&[(0, 10 * day), (0, 90 * day), (-day, -1), (0, day)]);
    let warning = |place, end, days| CertificateWarning { place, not_after: at(end), days };
    assert_eq!(
        certificates.warnings(NOON),
        [warning(2, -1, 0), warning(3, day, 1), warning(0, 10 * day, 14)]
    );
}

/// SA-04: no valid certificate is left from the first instant on at which there is none, though another one may be
/// valid later.
#[test]
fn sa_04_none_is_valid_from_the_first_gap_on() {
    for (spans, expected) in [
        (&[(-5, 10)][..], 11),
        (&[(-5, 0)], 1),
        // Over, or to come: there is none now.
        (&[(-5, -1)], 0),
        (&[(1, 10)], 0),
        // One takes over from the other: overlapping, within the other, to the second, a second too late.
        (&[(-5, 10), (5, 20)], 21),
        (&[(5, 20), (-5, 10)], 21),
        (&[(-5, 20), (5, 10)], 21),
        (&[(-5, 10), (11, 20)], 21),
        (&[(-5, 10), (12, 20)], 11),
        // In a chain, in any order, up to the gap.
        (&[(15, 30), (-5, 8), (40, 50), (7, 20), (29, 30)], 31),
        (&[(31, 40), (21, 30), (11, 20), (1, 10), (-5, 0)], 41),
    ] {
        assert_eq!(valid(spans).none_valid_from(NOON), at(expected), "{spans:?}");
    }
}

proptest! {
    /// SA-04: the instant is the one that is found by looking at each second.
    #[test]
    fn sa_04_none_is_valid_from_where_each_second_says(
        spans in vec((-5..35_i64, 0..15_i64), 1..=5),
    ) {
        let spans: Vec<_> = spans.into_iter().map(|(from, length)| (from, from + length)).collect();
        let certificates = valid(&spans);
        let is_valid = |second: &i64| spans.iter().any(|(from, to)| (from..=to).contains(&second));
        let first = (0..).find(|second| !is_valid(second)).unwrap();
        prop_assert_eq!(certificates.none_valid_from(NOON), at(first));
        prop_assert!(usable(&certificates, Deviations::NONE, at(first)).is_empty());
        prop_assert!((0..first).all(|second| !usable(&certificates, Deviations::NONE, at(second)).is_empty()));
    }

    /// SA-03, SA-04: whatever they are, at whatever instant: those that may be used are the ones that are valid, and
    /// none is from the instant on that is told.
    #[test]
    fn sa_03_usable_is_valid(
        certificates in some::provider_certificates(),
        now in some::timestamp(),
        which in any::<prop::sample::Index>(),
    ) {
        // Instants that matter are more telling than any.
        let ends = certificates.iter().flat_map(|one| [one.not_before(), one.not_after()]);
        let instants: Vec<Timestamp> =
            ends.flat_map(|end| [end.minus(1), end, end.plus(1)]).chain([now]).collect();
        let now = *which.get(&instants);
        let is_valid = |one: &Certificate| one.not_before() <= now && now <= one.not_after();
        let valid: Vec<usize> =
            (0..).zip(certificates.iter()).filter(|(_, one)| is_valid(one)).map(|(place, _)| place).collect();
        prop_assert_eq!(usable(&certificates, Deviations::NONE, now), valid);
        let end = certificates.none_valid_from(now);
        prop_assert!(end >= now);
        prop_assert!(usable(&certificates, Deviations::NONE, end).is_empty());
        prop_assert!(end == now || !usable(&certificates, Deviations::NONE, end.minus(1)).is_empty());
    }

    /// SA-04: a warning is of one that ends within the days that it tells of, and of none that are fewer.
    #[test]
    fn sa_04_the_nearest_of_the_days_is_told(left in 0..6_000_000_i64) {
        let warnings = valid(&[(-1, left)]).warnings(NOON);
        let within = |days: u8| left <= i64::from(days) * i64::from(DAY);
        let expected = [1, 7, 14, 30, 60].into_iter().find(|days| within(*days));
        prop_assert_eq!(warnings.first().map(|warning| warning.days), expected);
    }
}
