//! Packs that users make, from their beginning to their end, on whichever engine `fresh` opens.

mod life;
mod refusals;
mod zips;

use axum::body::Body;
use serde_json::{Value, json};
use tessera_protocol::library::{Pack, PackLine};

use crate::{
    http::test_app::{Answer, OPERATOR, TestApp},
    packs::image::samples,
};

const MINE: &str = "/api/v1/packs/mine";

/// A user with a pack that they make.
struct Making {
    app: TestApp,
    token: String,
    id: String,
}

impl Making {
    /// A draft of `@a:hs`, for these people.
    async fn new(visibility: &str) -> Self {
        Self::on(TestApp::new().await, visibility).await
    }

    async fn on(app: TestApp, visibility: &str) -> Self {
        let token = app.sign_in("@a:hs").await;
        let body = json!({"title": "Cats", "language": "en", "visibility": visibility});
        let begun = app.post_as(MINE, &token, &body).await;
        assert_eq!(begun.status(), 201, "{}", String::from_utf8_lossy(begun.body()));
        let id = begun.json()["pack"]["id"].as_str().unwrap().to_owned();
        Self { app, token, id }
    }

    fn path(&self, rest: &str) -> String {
        format!("{MINE}/{}{rest}", self.id)
    }

    async fn get(&self) -> Value {
        self.app.get_as(&self.path(""), &self.token).await.json()
    }

    async fn revision(&self) -> u64 {
        self.get().await["pack"]["revision"].as_u64().unwrap()
    }

    async fn state(&self) -> String {
        self.get().await["pack"]["state"].as_str().unwrap().to_owned()
    }

    async fn shortcodes(&self) -> Vec<String> {
        let content = self.get().await;
        let stickers = content["stickers"].as_array().unwrap();
        stickers.iter().map(|s| s["shortcode"].as_str().unwrap().to_owned()).collect()
    }

    /// A change of the pack as it is.
    async fn send(&self, method: &str, rest: &str, body: impl Into<Body>) -> Answer {
        let revision = format!("\"{}\"", self.revision().await);
        let headers = [("if-match", revision.as_str())];
        self.app.request(method, &self.path(rest), &self.token, &headers, body.into()).await
    }

    async fn change(&self, method: &str, rest: &str, body: &Value) -> Answer {
        self.send(method, rest, body.to_string()).await
    }

    /// Adds a sticker with alt text.
    async fn add(&self, shortcode: &str, side: u32) {
        let query = format!("/stickers?shortcode={shortcode}&body=A%20{shortcode}");
        let added = self.send("POST", &query, samples::png(side, side)).await;
        assert_eq!(added.status(), 201, "{}", String::from_utf8_lossy(added.body()));
    }

    async fn submit(&self) -> Answer {
        self.send("POST", "/submit", "").await
    }

    /// An operator's decision.
    async fn decide(&self, action: &str) -> Answer {
        let operator = self.app.sign_in(OPERATOR).await;
        let path = format!("/api/v1/moderation/packs/{}/decisions", self.id);
        self.app.post_as(&path, &operator, &json!({"action": action, "reason": "Because"})).await
    }

    /// Adds a sticker, submits the pack, and has it published.
    async fn publish(&self) {
        self.add("wave", 20).await;
        assert_eq!(self.submit().await.status(), 200);
        if self.state().await == "in_review" {
            assert_eq!(self.decide("publish").await.json(), "published");
        }
        assert_eq!(self.state().await, "published");
    }

    /// Whether the catalogue of a user has the pack.
    async fn is_listed_for(&self, token: &str, query: &str) -> bool {
        let packs = self.app.get_as(&format!("/api/v1/packs?{query}"), token).await.json();
        packs["packs"].as_array().unwrap().iter().any(|pack| pack["id"] == self.id.as_str())
    }

    async fn enable(&self, token: &str) -> Answer {
        let path = format!("/api/v1/library/packs/{}", self.id);
        self.app.put_as(&path, token, &Value::Null).await
    }

    /// Whether a user has the pack in their picker, with something in it.
    async fn is_in_library_of(&self, token: &str) -> bool {
        library(&self.app, token).await.iter().any(|pack| pack.id == self.id)
    }
}

async fn library(app: &TestApp, token: &str) -> Vec<Pack> {
    let body = app.get_as("/api/v1/library", token).await;
    let text = std::str::from_utf8(body.body()).unwrap().to_owned();
    let lines = text.lines().map(|line| serde_json::from_str::<PackLine>(line).unwrap());
    lines.map(|line| Pack::from_line(&line).unwrap()).collect()
}

fn assert_refused(answer: &Answer, status: u16, errcode: &str, words: &str) {
    let text = String::from_utf8_lossy(answer.body()).into_owned();
    assert_eq!((answer.status(), answer.errcode().as_str()), (status, errcode), "{text}");
    assert!(text.contains(words), "{text}");
}
