//! Money: whole minor units of one currency. There is no arithmetic that rounds, and none that
//! overflows.

use iso_currency::Currency;
use tessera_protocol::order::{NewPrice, Tax};

/// The highest price, in minor units: what payment providers take at once (Stripe: eight digits).
pub const HIGHEST: u32 = 99_999_999;
/// The lowest price, in minor units: below, the provider's fee is more than the price, and it is
/// refused (Stripe: 0.50 of most currencies).
pub const LOWEST: u32 = 50;

/// An amount of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Money {
    /// In the currency's minor unit.
    pub amount: u32,
    /// ISO 4217, in lower case, as Stripe writes it.
    pub currency: String,
}

/// Why something is no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// No such currency, or not one that can be charged as it is written.
    #[error("\"{0}\" is not a currency that can be charged here; give a code such as EUR")]
    Currency(String),
    /// Too much or too little.
    #[error("a price is between {LOWEST} and {HIGHEST} in the currency's smallest unit (cents)")]
    Amount,
}

impl Money {
    /// A price that can be charged.
    ///
    /// # Errors
    /// When there is no such currency or the amount is out of range.
    pub fn price(new: &NewPrice) -> Result<(Self, Tax), MoneyError> {
        let currency = new.currency.trim().to_ascii_uppercase();
        let unknown = || MoneyError::Currency(new.currency.escape_default().to_string());
        let known = Currency::from_code(&currency).ok_or_else(unknown)?;
        // Of three decimals, providers take only two; and these they write otherwise than ISO 4217.
        let odd = ["ISK", "UGX", "HUF", "TWD", "MGA", "MRU"].contains(&currency.as_str());
        if odd || !matches!(known.exponent(), Some(0 | 2)) {
            return Err(unknown());
        }
        if !(LOWEST..=HIGHEST).contains(&new.amount) {
            return Err(MoneyError::Amount);
        }
        Ok((Self { amount: new.amount, currency: currency.to_ascii_lowercase() }, new.tax))
    }

    /// For a receipt: `EUR 2.99`, the same in every language.
    #[must_use]
    pub fn written(&self) -> String {
        let code = self.currency.to_ascii_uppercase();
        let decimals = Currency::from_code(&code).and_then(Currency::exponent).unwrap_or(2);
        let decimals = usize::from(decimals);
        let digits = format!("{:0>width$}", self.amount, width = decimals + 1);
        let (whole, part) = digits.split_at(digits.len() - decimals);
        if part.is_empty() { format!("{code} {whole}") } else { format!("{code} {whole}.{part}") }
    }
}

/// What is left of `total` when `gone` of it is back; nothing if that is more.
#[must_use]
pub const fn left(total: u32, gone: u32) -> u32 {
    total.saturating_sub(gone)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn price(amount: u32, currency: &str) -> Result<(Money, Tax), MoneyError> {
        Money::price(&NewPrice { amount, currency: currency.into(), tax: Tax::Inclusive })
    }

    #[test]
    fn a_price_is_of_a_currency_and_in_range() {
        let (money, tax) = price(299, " EUR").unwrap();
        assert_eq!((money.amount, money.currency.as_str(), tax), (299, "eur", Tax::Inclusive));
        assert!(price(300, "jpy").is_ok());
        for currency in ["", "euro", "XXZ", "kwd", "HUF", "xau"] {
            let refused = price(299, currency);
            assert!(matches!(refused, Err(MoneyError::Currency(_))), "{currency}");
        }
        for amount in [0, LOWEST - 1, HIGHEST + 1, u32::MAX] {
            assert_eq!(price(amount, "eur"), Err(MoneyError::Amount));
        }
    }

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        for (amount, currency, text) in [
            (299, "eur", "EUR 2.99"),
            (5, "usd", "USD 0.05"),
            (0, "gbp", "GBP 0.00"),
            (300, "jpy", "JPY 300"),
            (u32::MAX, "eur", "EUR 42949672.95"),
        ] {
            assert_eq!(Money { amount, currency: currency.into() }.written(), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_the_amount_and_nothing_is_rounded(amount: u32) {
            let written = Money { amount, currency: "eur".into() }.written();
            let digits: String = written.chars().filter(char::is_ascii_digit).collect();
            prop_assert_eq!(digits.parse::<u64>().unwrap(), u64::from(amount));
        }

        #[test]
        fn nothing_is_left_twice(total: u32, gone: u32) {
            let rest = left(total, gone);
            prop_assert!(rest <= total);
            prop_assert_eq!(u64::from(rest) + u64::from(gone.min(total)), u64::from(total));
        }
    }
}
