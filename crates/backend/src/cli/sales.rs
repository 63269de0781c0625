//! `tessera sales …`: prices, vouchers, grants, refunds and what came in, by command line.

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};
use tessera_protocol::order::{NewGrant, NewPrice, NewRefund, NewVouchers, RailName, Tax};
use tokio::sync::broadcast;

use crate::{
    clock::SystemClock,
    config::Config,
    moderation::COMMAND_LINE,
    orders::{Money, Orders},
    payments::Rail,
    random::SystemRandom,
    storage::Storage,
};

/// How many changes of orders somebody who waits may be behind.
const NEWS: usize = 256;

#[derive(Debug, Subcommand)]
pub(super) enum SalesCommand {
    /// Put a price on a pack; without one, see what it costs.
    Price {
        /// The pack.
        pack_id: String,
        /// In the currency's smallest unit: 299 for 2.99.
        #[arg(requires = "currency")]
        amount: Option<u32>,
        /// ISO 4217, such as EUR.
        currency: Option<String>,
        /// Whether tax is in the amount.
        #[arg(long, default_value = "inclusive")]
        tax: TaxArgument,
    },
    /// Stop selling a pack. Those who own it keep it.
    Stop {
        /// The pack.
        pack_id: String,
        /// Let everybody have it.
        #[arg(long)]
        free: bool,
    },
    /// Make vouchers for a pack and print them; they cannot be printed again.
    Vouchers {
        /// The pack.
        pack_id: String,
        /// How many.
        #[arg(default_value_t = 1)]
        count: u32,
        /// For how many days.
        #[arg(long, default_value_t = 365)]
        days: u32,
    },
    /// Give a pack to somebody.
    Grant {
        /// To whom: a Matrix ID.
        user_id: String,
        /// The pack.
        pack_id: String,
        /// What for, such as the reference of a bank transfer.
        reference: String,
        /// The pack's price was paid.
        #[arg(long)]
        paid: bool,
    },
    /// Send money of an order back.
    Refund {
        /// The order.
        order_id: String,
        /// Why.
        reason: String,
        /// How much, in the currency's smallest unit; all that is left without it.
        #[arg(long)]
        amount: Option<u32>,
    },
    /// List orders, those with a problem first.
    Orders {
        /// How many to leave out.
        #[arg(long, default_value_t = 0)]
        from: u32,
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// What came in for each pack.
    Summary {
        /// For programs.
        #[arg(long)]
        json: bool,
    },
    /// Ask the payment provider about everything that is open, now.
    Reconcile,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum TaxArgument {
    /// The price is all there is to pay.
    Inclusive,
    /// Tax is added at the checkout.
    Exclusive,
}

/// Orders as the configuration says.
pub(super) fn orders(config: &Config, storage: Storage) -> anyhow::Result<Orders> {
    let stripe = config.stripe().transpose().context("`sales.stripe` cannot be used")?;
    Ok(Orders {
        storage,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        policy: config.sales_policy().map(Arc::new),
        rail: stripe.map(|stripe| {
            let rail: Arc<dyn Rail> = Arc::new(stripe);
            (RailName::Stripe, rail)
        }),
        allowed: config.allow_servers.as_slice().into(),
        denied: config.deny_servers.as_slice().into(),
        news: broadcast::channel(NEWS).0,
        wake: Arc::default(),
    })
}

pub(super) async fn run(command: SalesCommand, orders: &Orders) -> anyhow::Result<ExitCode> {
    match command {
        SalesCommand::Price { pack_id, amount: None, .. } => {
            let pack = orders.storage.pack(&pack_id).await?.context("there is no such pack")?;
            match orders.storage.price(&pack).await? {
                Some(price) => {
                    let money = Money { amount: price.amount, currency: price.currency };
                    println!("{pack_id} costs {} ({} tax)", money.written(), price.tax.as_str());
                }
                None if pack.for_sale => println!("{pack_id} is not sold any more"),
                None => println!("{pack_id} is free"),
            }
        }
        SalesCommand::Price { pack_id, amount: Some(amount), currency, tax } => {
            let tax = match tax {
                TaxArgument::Inclusive => Tax::Inclusive,
                TaxArgument::Exclusive => Tax::Exclusive,
            };
            let new = NewPrice { amount, currency: currency.unwrap_or_default(), tax };
            let price = orders.set_price(&pack_id, &new).await?;
            let money = Money { amount: price.amount, currency: price.currency };
            println!("{pack_id} costs {}. Those who had it own it.", money.written());
            if orders.rail.is_none() {
                println!("Nobody can buy it before [sales.stripe] is configured; vouchers work.");
            }
        }
        SalesCommand::Stop { pack_id, free } => {
            orders.remove_price(&pack_id, free).await?;
            println!("{pack_id} is {}", if free { "free now" } else { "not sold any more" });
        }
        SalesCommand::Vouchers { pack_id, count, days } => {
            let made = orders.make_vouchers(&NewVouchers { pack_id, count, days }).await?;
            for code in made.codes {
                println!("{code}");
            }
        }
        SalesCommand::Grant { user_id, pack_id, reference, paid } => {
            let order = orders.grant(&NewGrant { user_id, pack_id, reference, paid }).await?;
            println!("Given, as order {}", order.id);
        }
        SalesCommand::Refund { order_id, reason, amount } => {
            let new = NewRefund { amount, reason };
            let order = orders.refund(COMMAND_LINE, &order_id, &new).await?;
            println!("Order {order_id} is {}", order.state.as_str());
        }
        SalesCommand::Orders { from, json } => {
            let page = orders.all(from).await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&page)?);
                return Ok(ExitCode::SUCCESS);
            }
            for sale in page.orders {
                let money = Money { amount: sale.order.amount, currency: sale.order.currency };
                println!(
                    "{}  {:<18} {:>14}  {}  {}{}",
                    sale.order.id,
                    sale.order.state.as_str(),
                    money.written(),
                    sale.order.pack_id,
                    sale.user_id.as_deref().unwrap_or("(erased)"),
                    sale.problem.map(|problem| format!("  ! {problem}")).unwrap_or_default(),
                );
            }
            if let Some(next) = page.next {
                println!("More with --from {next}");
            }
        }
        SalesCommand::Summary { json } => {
            let summary = orders.storage.sales_summary().await?;
            if json {
                println!("{}", serde_json::to_string_pretty(&summary)?);
                return Ok(ExitCode::SUCCESS);
            }
            for line in summary.lines {
                let code = line.currency.to_ascii_uppercase();
                println!(
                    "{}  {} paid, {} of them refunded; {} {} came in, {} went back (in smallest units)",
                    line.pack_id, line.paid, line.refunded, line.gross, code, line.returned,
                );
            }
            if summary.problems > 0 {
                println!("{} orders have a problem: tessera sales orders", summary.problems);
            }
        }
        SalesCommand::Reconcile => {
            let done = orders.reconcile(Duration::ZERO).await?;
            println!(
                "{} events, {} orders, {} refunds, {} gifts; {} failed",
                done.events, done.orders, done.refunds, done.gifts, done.failures
            );
            if done.failures > 0 {
                return Ok(ExitCode::FAILURE);
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
