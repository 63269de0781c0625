//! The settings of selling packs.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use tessera_protocol::order::Seller;
use url::Url;

use super::{Config, ConfigError};
use crate::{
    orders::Policy,
    payments::{
        RailError,
        stripe::{API, Settings, Stripe},
    },
};

/// Who sells packs, and how they are paid.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SalesSettings {
    /// A person or a company.
    pub seller_name: String,
    /// A postal address.
    pub seller_address: String,
    /// An e-mail address, or a page with a form.
    pub seller_contact: String,
    /// The terms of sale.
    pub terms_url: Option<Url>,
    /// How many years paid orders are kept for the tax authorities.
    pub keep_years: u32,
    /// Stripe Checkout. Without it, packs come by vouchers and grants only.
    pub stripe: Option<StripeSettings>,
}

/// An account at Stripe.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StripeSettings {
    /// `sk_test_…`, `sk_live_…`, or a restricted key.
    pub secret_key: SecretString,
    /// What Stripe signs its messages with: `whsec_…`; two while one is exchanged.
    pub webhook_secrets: Vec<SecretString>,
    /// Whether Stripe works tax out.
    #[serde(default)]
    pub automatic_tax: bool,
    /// Another address of the API, for tests.
    pub api_url: Option<Url>,
}

impl Default for SalesSettings {
    fn default() -> Self {
        Self {
            seller_name: String::new(),
            seller_address: String::new(),
            seller_contact: String::new(),
            terms_url: None,
            keep_years: 10,
            stripe: None,
        }
    }
}

impl Config {
    /// Finds what is wrong with the settings of selling.
    pub(super) fn check_sales(&self) -> Result<(), ConfigError> {
        let invalid =
            |key: &str, why: &str| Err(ConfigError::Invalid(format!("`sales.{key}`: {why}")));
        let Some(sales) = &self.sales else { return Ok(()) };
        for (key, value) in [
            ("seller_name", &sales.seller_name),
            ("seller_address", &sales.seller_address),
            ("seller_contact", &sales.seller_contact),
        ] {
            if value.trim().is_empty() {
                return invalid(key, "buyers must be told who sells, before anything is sold");
            }
        }
        if sales.terms_url.as_ref().is_none_or(|url| !matches!(url.scheme(), "https" | "http")) {
            return invalid(
                "terms_url",
                "is the address of your terms of sale; buyers must be able to read them",
            );
        }
        if sales.keep_years == 0 || sales.keep_years > 30 {
            return invalid("keep_years", "is between 1 and 30");
        }
        let Some(stripe) = &sales.stripe else { return Ok(()) };
        let key = stripe.secret_key.expose_secret();
        if !["sk_test_", "sk_live_", "rk_test_", "rk_live_"].iter().any(|it| key.starts_with(it)) {
            return invalid(
                "stripe.secret_key",
                "begins with sk_test_, sk_live_, rk_test_ or rk_live_",
            );
        }
        let good = |secret: &SecretString| secret.expose_secret().len() >= 16;
        if stripe.webhook_secrets.is_empty() || !stripe.webhook_secrets.iter().all(good) {
            return invalid(
                "stripe.webhook_secrets",
                "is a list of what Stripe calls signing secrets (whsec_…)",
            );
        }
        if self.public_url.is_none() {
            let why = "`public_url`: Stripe leads buyers back to this server, so it must be set";
            return Err(ConfigError::Invalid(why.into()));
        }
        Ok(())
    }

    /// Who sells; none where nothing is sold.
    #[must_use]
    pub fn sales_policy(&self) -> Option<Policy> {
        let sales = self.sales.as_ref()?;
        Some(Policy {
            seller: Seller {
                name: sales.seller_name.trim().to_owned(),
                address: sales.seller_address.trim().to_owned(),
                contact: sales.seller_contact.trim().to_owned(),
                terms_url: sales.terms_url.as_ref().map(Url::to_string).unwrap_or_default(),
            },
            keep: Duration::from_secs(u64::from(sales.keep_years) * 366 * 24 * 60 * 60),
        })
    }

    /// The account at Stripe, if there is one.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn stripe(&self) -> Option<Result<Stripe, RailError>> {
        let stripe = self.sales.as_ref()?.stripe.as_ref()?;
        let api = stripe.api_url.clone().or_else(|| API.parse().ok())?;
        Some(Stripe::new(Settings {
            secret_key: stripe.secret_key.clone(),
            api,
            automatic_tax: stripe.automatic_tax,
            public_url: self.public_url.clone()?,
        }))
    }

    /// What Stripe signs its messages with.
    #[must_use]
    pub fn webhook_secrets(&self) -> Vec<SecretString> {
        let stripe = self.sales.as_ref().and_then(|sales| sales.stripe.as_ref());
        stripe.map(|stripe| stripe.webhook_secrets.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::load;

    const SELLER: &str = r#"
        public_url = "https://stickers.example.org"
        [sales]
        seller_name = "Ann"
        seller_address = "1 Road\nTown"
        seller_contact = "ann@example.org"
        terms_url = "https://example.org/terms"
    "#;
    const STRIPE: &str = r#"
        [sales.stripe]
        secret_key = "sk_test_1234567890"
        webhook_secrets = ["whsec_12345678901234567890"]
    "#;

    #[test]
    fn sales_are_on_when_buyers_can_be_told_who_sells() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let config = load(&[SELLER, STRIPE].concat()).unwrap();
        assert_eq!(config.sales_policy().unwrap().seller.name, "Ann");
        assert!(config.stripe().unwrap().is_ok());
        assert!(!format!("{config:?}").contains("1234567890"), "secrets stay out of Debug");
        let config = load(SELLER).unwrap();
        assert!(config.stripe().is_none() && config.sales_policy().is_some());
        assert!(load("").unwrap().sales_policy().is_none());
    }

    #[test]
    fn what_is_missing_is_named() {
        for (line, key) in [
            ("seller_name = \"Ann\"", "sales.seller_name"),
            ("seller_address = \"1 Road\\nTown\"", "sales.seller_address"),
            ("seller_contact = \"ann@example.org\"", "sales.seller_contact"),
            ("terms_url = \"https://example.org/terms\"", "sales.terms_url"),
            ("public_url = \"https://stickers.example.org\"", "public_url"),
            ("webhook_secrets = [\"whsec_12345678901234567890\"]", "webhook_secrets"),
            ("secret_key = \"sk_test_1234567890\"", "secret_key"),
        ] {
            let toml = [SELLER, STRIPE].concat().replace(line, "");
            assert!(toml.len() < SELLER.len() + STRIPE.len(), "{line} is not in the text");
            let error = load(&toml).unwrap_err().to_string();
            assert!(error.contains(key), "{line}: {error}");
        }
        let toml = [SELLER, STRIPE].concat().replace("sk_test_", "pk_test_");
        assert!(load(&toml).unwrap_err().to_string().contains("secret_key"));
    }
}
