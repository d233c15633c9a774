//! Identity providers: what an administrator enters, and the steps from draft to use (SA-01 to SA-05, SA-14, SA-15).

mod draft;
mod lifecycle;
mod lockout;
mod logo;
mod view;

pub use draft::ProviderDraft;
pub use lifecycle::add_certificate;
pub use lifecycle::create;
pub use lifecycle::delete;
pub use lifecycle::disable;
pub use lifecycle::edit;
pub use lifecycle::enable;
pub use lifecycle::own;
pub use lifecycle::remove_certificate;
pub use view::CertificateView;
pub use view::ProviderView;
