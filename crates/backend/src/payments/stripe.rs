//! Stripe Checkout: a page of Stripe's where the buyer pays (docs.stripe.com/api/checkout/sessions). We
//! see no card, no name and no address, and tell Stripe the order's id, the pack's title and its price.

mod answers;

use std::time::Duration;

use reqwest::{Method, StatusCode, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use url::Url;

use self::answers::{Disputes, Intent, Problem, Refund, Session};
use super::{Asked, Opened, Payment, Progress, Rail, RailError, Returned, Wanted};

/// The version of the API whose shapes are read here.
pub const API_VERSION: &str = "2026-10-28.endive";
/// Where Stripe is.
pub const API: &str = "https://api.stripe.com";
/// How long a checkout is open. Stripe allows 30 minutes to 24 hours from when *it* makes the session, so a
/// repeated request must not come too late.
pub const CHECKOUT: Duration = Duration::from_secs(23 * 60 * 60);
/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The most bytes of an answer.
const ANSWER: usize = 256 * 1024;

/// An account at Stripe.
pub struct Stripe {
    client: reqwest::Client,
    api: Url,
    secret_key: SecretString,
    live: bool,
    automatic_tax: bool,
    done_url: String,
    cancel_url: String,
}

/// The fields of a form, and its idempotency key.
type Form<'a> = (&'a [(&'a str, String)], Option<&'a str>);

/// How an account is used.
pub struct Settings {
    /// `sk_live_…`, `sk_test_…`, or a restricted key `rk_…`.
    pub secret_key: SecretString,
    /// Where the API is: [`API`], but in tests.
    pub api: Url,
    /// Whether Stripe works tax out.
    pub automatic_tax: bool,
    /// Where this server is, for the way back from the checkout.
    pub public_url: Url,
}

impl Stripe {
    /// A connection.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(settings: Settings) -> Result<Self, RailError> {
        let client = reqwest::Client::builder()
            .redirect(redirect::Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| RailError::Refused(error.to_string()))?;
        let base = settings.public_url.as_str().trim_end_matches('/');
        let live = settings.secret_key.expose_secret().contains("_live_");
        Ok(Self {
            client,
            live,
            // Stripe puts the session's id in; a checkout's page has to lead somewhere that asks nothing.
            done_url: format!("{base}/purchase/done?session_id={{CHECKOUT_SESSION_ID}}"),
            cancel_url: format!("{base}/purchase/left"),
            api: settings.api,
            secret_key: settings.secret_key,
            automatic_tax: settings.automatic_tax,
        })
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &[&str],
        query: &[(&str, &str)],
        form: Option<Form<'_>>,
    ) -> Result<T, RailError> {
        let mut url = self.api.clone();
        url.path_segments_mut()
            .map_err(|()| RailError::Refused("the API's address has no path".into()))?
            .pop_if_empty()
            .push("v1")
            .extend(path);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self
            .client
            .request(method, url)
            .bearer_auth(self.secret_key.expose_secret())
            .header("stripe-version", API_VERSION);
        if let Some((form, key)) = form {
            let mut body = url::form_urlencoded::Serializer::new(String::new());
            body.extend_pairs(form.iter().map(|(name, value)| (*name, value.as_str())));
            request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .body(body.finish());
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
        }
        // No text of the client's errors goes on: it may name the address with what is in it.
        let mut answer = request.send().await.map_err(|_| RailError::Unreachable)?;
        let status = answer.status();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|_| RailError::Unreachable)? {
            if body.len() + chunk.len() > ANSWER {
                return Err(RailError::Answer("it is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return serde_json::from_slice(&body)
                .map_err(|_| RailError::Answer("it is not of the shape that is documented"));
        }
        Err(refused(status, &body))
    }
}

/// What an answer that is no success says.
fn refused(status: StatusCode, body: &[u8]) -> RailError {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    match status {
        // Another request with this key is under way, or there are too many: later.
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => RailError::Unreachable,
        StatusCode::NOT_FOUND => RailError::Unknown,
        status if status.is_server_error() => RailError::Failed(status.as_u16()),
        // The same key with other parameters, as when our own address has changed meanwhile.
        status if problem.is_of_key() => RailError::Failed(status.as_u16()),
        _ => RailError::Refused(problem.words()),
    }
}

#[async_trait::async_trait]
impl Rail for Stripe {
    async fn open(&self, wanted: &Wanted<'_>) -> Result<Opened, RailError> {
        let expires = wanted.created.after(CHECKOUT).wire() / 1000;
        let tax = if wanted.tax_inclusive { "inclusive" } else { "exclusive" };
        let price = "line_items[0][price_data]";
        let named = |name: &str| format!("{price}{name}");
        let (currency, amount, title, behavior) = (
            named("[currency]"),
            named("[unit_amount]"),
            named("[product_data][name]"),
            named("[tax_behavior]"),
        );
        let form = [
            ("mode", "payment".to_owned()),
            (&currency, wanted.currency.to_owned()),
            (&amount, wanted.amount.to_string()),
            (&title, wanted.title.to_owned()),
            (&behavior, tax.to_owned()),
            ("line_items[0][quantity]", "1".to_owned()),
            ("client_reference_id", wanted.order_id.to_owned()),
            ("metadata[order_id]", wanted.order_id.to_owned()),
            ("payment_intent_data[metadata][order_id]", wanted.order_id.to_owned()),
            ("success_url", self.done_url.clone()),
            ("cancel_url", self.cancel_url.clone()),
            ("automatic_tax[enabled]", self.automatic_tax.to_string()),
            ("invoice_creation[enabled]", "true".to_owned()),
            ("custom_text[submit][message]", wanted.consent.chars().take(1200).collect()),
            ("locale", locale(wanted.language).to_owned()),
            ("expires_at", expires.to_string()),
        ];
        let key = format!("{}-{}", wanted.order_id, wanted.attempt);
        let session: Session = self
            .ask(Method::POST, &["checkout", "sessions"], &[], Some((&form, Some(&key))))
            .await?;
        let url = session.url.ok_or(RailError::Answer("the checkout has no address"))?;
        Ok(Opened { session_id: session.id, url })
    }

    async fn look(&self, asked: &Asked<'_>) -> Result<Payment, RailError> {
        let path = ["checkout", "sessions", asked.session_id];
        let session: Session =
            self.ask(Method::GET, &path, &[("expand[]", "line_items")], None).await?;
        let mut payment = session.payment()?;
        let Some(payment_id) = &payment.payment_id else { return Ok(payment) };
        let path = ["payment_intents", payment_id];
        let intent: Intent =
            self.ask(Method::GET, &path, &[("expand[]", "latest_charge")], None).await?;
        if payment.progress == Progress::Open && session.is_complete() && intent.has_failed() {
            payment.progress = Progress::Failed;
        }
        let Some(charge) = &intent.latest_charge else { return Ok(payment) };
        payment.returned = match charge.amount_refunded {
            0 => Returned::Nothing,
            part if part < payment.total => Returned::Part(part),
            _ => Returned::All,
        };
        if charge.disputed {
            let query = [("payment_intent", payment_id.as_str()), ("limit", "1")];
            let disputes: Disputes = self.ask(Method::GET, &["disputes"], &query, None).await?;
            payment.dispute = disputes.data.first().map(answers::OneDispute::stands);
        }
        Ok(payment)
    }

    async fn close(&self, session_id: &str) -> Result<(), RailError> {
        let path = ["checkout", "sessions", session_id, "expire"];
        match self.ask::<Session>(Method::POST, &path, &[], Some((&[], None))).await {
            // Only an open one can be closed: the others have become what they are.
            Ok(_) | Err(RailError::Refused(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn refund(&self, payment_id: &str, amount: u32, key: &str) -> Result<(), RailError> {
        let form = [
            ("payment_intent", payment_id.to_owned()),
            ("amount", amount.to_string()),
            ("reason", "requested_by_customer".to_owned()),
        ];
        self.ask::<Refund>(Method::POST, &["refunds"], &[], Some((&form, Some(key)))).await?;
        Ok(())
    }

    fn is_live(&self) -> bool {
        self.live
    }
}

/// The languages of the checkout that we have too; in all others the browser's is taken.
fn locale(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default() {
        "en" => "en",
        "de" => "de",
        "fr" => "fr",
        "es" => "es",
        _ => "auto",
    }
}

#[cfg(test)]
mod tests;
