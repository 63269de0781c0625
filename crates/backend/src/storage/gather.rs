//! Questions that come at the same time are asked at the same time. What nearly every request asks
//! (whose is this token, which packs are theirs) costs the database little and the way there and
//! back much; so while one answer is under way, the next questions wait and then go together.
//! Nothing is remembered: every question is answered by the database after it was asked.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

use super::StorageError;

/// The most questions that are asked at once.
pub(super) const MOST: usize = 32;
/// How many such batches are under way at once: the answers to one are read while the database is at
/// another, and a slow one does not hold everybody up.
const AT_ONCE: usize = 2;

/// How the database is asked: the answers are in the order of the questions.
pub(super) type Ask<Q, A> = dyn Fn(Vec<Q>) -> Answering<A> + Send + Sync;
/// Answers under way.
pub(super) type Answering<A> =
    std::pin::Pin<Box<dyn Future<Output = Result<Vec<A>, StorageError>> + Send>>;

type Waiting<Q, A> = (Q, oneshot::Sender<Result<A, Arc<StorageError>>>);

/// A way of asking one kind of question.
#[derive(Debug)]
pub(super) struct Gather<Q, A> {
    waiting: mpsc::UnboundedSender<Waiting<Q, A>>,
}

impl<Q, A> Clone for Gather<Q, A> {
    fn clone(&self) -> Self {
        Self { waiting: self.waiting.clone() }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Gather<Q, A> {
    /// Asks by `ask` from now on, until nobody has this any more.
    pub(super) fn new(ask: Box<Ask<Q, A>>) -> Self {
        let (waiting, questions) = mpsc::unbounded_channel();
        let (ask, questions) = (Arc::new(ask), Arc::new(Mutex::new(questions)));
        for _ in 0..AT_ONCE {
            tokio::spawn(answer(ask.clone(), questions.clone()));
        }
        Self { waiting }
    }

    /// The answer to one question.
    pub(super) async fn ask(&self, question: Q) -> Result<A, StorageError> {
        let (asker, answer) = oneshot::channel();
        // Both end only with the database.
        self.waiting.send((question, asker)).map_err(|_| StorageError::Closed)?;
        Ok(answer.await.map_err(|_| StorageError::Closed)??)
    }
}

/// Answers questions until nobody can ask any more.
async fn answer<Q, A>(
    ask: Arc<Box<Ask<Q, A>>>,
    waiting: Arc<Mutex<mpsc::UnboundedReceiver<Waiting<Q, A>>>>,
) {
    let mut batch = Vec::new();
    while waiting.lock().await.recv_many(&mut batch, MOST).await > 0 {
        // Whoever has gone needs no answer.
        batch.retain(|(_, asker)| !asker.is_closed());
        let (questions, askers): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        if questions.is_empty() {
            continue;
        }
        match ask(questions).await {
            Ok(answers) => {
                for (asker, answer) in askers.into_iter().zip(answers) {
                    // They may have gone meanwhile.
                    let _ = asker.send(Ok(answer));
                }
            }
            Err(error) => {
                let error = Arc::new(error);
                for asker in askers {
                    let _ = asker.send(Err(error.clone()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::{Gather, MOST, StorageError};

    #[tokio::test]
    async fn what_comes_together_is_asked_together_and_answered_apart() {
        let batches: Arc<Mutex<Vec<usize>>> = Arc::default();
        let seen = batches.clone();
        let gather = Gather::<u32, u32>::new(Box::new(move |questions| {
            seen.lock().unwrap().push(questions.len());
            Box::pin(async move { Ok(questions.into_iter().map(|n| n * 2).collect()) })
        }));
        let questions = (0..100).map(|n| {
            let gather = gather.clone();
            async move { gather.ask(n).await.unwrap() }
        });
        let answers = futures_util::future::join_all(questions).await;
        assert_eq!(answers, (0..100).map(|n| n * 2).collect::<Vec<_>>());
        let batches = batches.lock().unwrap().clone();
        assert_eq!(batches, [MOST, MOST, MOST, 4]);
    }

    #[tokio::test]
    async fn a_failure_is_everybodys_and_the_next_question_is_asked_anew() {
        let failures = Mutex::new(vec![StorageError::Corrupt("thing")]);
        let gather = Gather::<u32, u32>::new(Box::new(move |questions| {
            let failure = failures.lock().unwrap().pop();
            Box::pin(async move { failure.map_or(Ok(questions), Err) })
        }));
        let (first, second) = tokio::join!(gather.ask(1), gather.ask(2));
        for failed in [first, second] {
            assert!(failed.unwrap_err().to_string().contains("thing"));
        }
        assert_eq!(gather.ask(3).await.unwrap(), 3);
    }
}
