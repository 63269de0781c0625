//! The transport behind one trait: the machine thinks in [`Incoming`] and [`Request`], a codec
//! turns them into envelopes. [`WidgetApi`] is the API that every client speaks today; another
//! envelope (MSC4412) is another codec beside it.

use crate::machine::Request;
use crate::wire::{Body, Content, Data, HostMessage, Outgoing, WidgetData};

/// A message that is well formed.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The widget that it is for.
    pub widget_id: &'a str,
    /// Joins request and reply.
    pub request_id: &'a str,
    /// What is, or was, asked for.
    pub action: &'a str,
    /// A reply to us rather than a request.
    pub is_reply: bool,
    /// The parameters, or the reply.
    pub body: &'a Body,
    /// The envelope's own `visible`.
    pub visible: Option<bool>,
}

/// Turns envelopes into messages and back.
pub trait Codec {
    /// What comes in.
    type Received;
    /// What goes out.
    type Sent;

    /// The message, if it is one.
    fn read<'a>(&self, received: &'a Self::Received) -> Option<Incoming<'a>>;

    /// A request's envelope.
    fn write(&self, widget_id: &str, request_id: &str, request: &Request) -> Self::Sent;
}

/// The Widget API v2 (MSC1236 and what grew from it).
#[derive(Debug, Clone, Copy, Default)]
pub struct WidgetApi;

impl Codec for WidgetApi {
    type Received = HostMessage;
    type Sent = Outgoing;

    fn read<'a>(&self, message: &'a HostMessage) -> Option<Incoming<'a>> {
        let (is_reply, body) = match (message.api.as_deref()?, &message.response) {
            ("toWidget", None) => (false, &message.data),
            ("fromWidget", Some(response)) => (true, response),
            _ => return None,
        };
        let present = |field: &'a Option<String>| field.as_deref().filter(|text| !text.is_empty());
        Some(Incoming {
            widget_id: present(&message.widget_id)?,
            request_id: present(&message.request_id)?,
            action: present(&message.action)?,
            is_reply,
            body,
            visible: message.visible,
        })
    }

    fn write(&self, widget_id: &str, request_id: &str, request: &Request) -> Outgoing {
        let mut outgoing = Outgoing {
            api: "fromWidget",
            widget_id: widget_id.to_owned(),
            request_id: request_id.to_owned(),
            action: request.action().to_owned(),
            data: Data::default(),
            widget_data: None,
        };
        let data = &mut outgoing.data;
        match request {
            Request::Sticker(sticker) => {
                data.name = Some(sticker.name.clone());
                data.description = Some(sticker.content.body.clone());
                data.content = Some(sticker.content.clone());
                outgoing.widget_data = Some(WidgetData {
                    content: sticker.content.clone(),
                    name: sticker.name.clone(),
                    description: sticker.content.body.clone(),
                    file: [&sticker.name, ".png"].concat(),
                });
            }
            Request::OpenManager { integ_type, integ_id } => {
                data.integ_type = Some(integ_type.clone());
                data.integ_id = Some(integ_id.clone());
            }
            Request::Post(content) => {
                data.kind = Some("m.sticker");
                data.content = Some(Content::clone(content));
            }
            Request::CloseModal { sticker } => data.sticker = Some(sticker.clone()),
            Request::OpenId | Request::Versions | Request::Other { .. } => {}
        }
        outgoing
    }
}
