// Element as an integration manager meets it: its own code and matrix-js-sdk, signed in to a real
// homeserver. The tests drive it through `window.element`.

import { ClientEvent, RoomStateEvent, SyncState, createClient } from "matrix-js-sdk/src/matrix";

import {
    IntegrationManagers,
    SdkConfig,
    WidgetType,
    WidgetUtils,
    dispatcher,
    startListening,
} from "element";

import { closeDialogs, dialogs, surroundings } from "./stand-ins.mjs";

const managers = () => IntegrationManagers.sharedInstance();
/** Every message that came here, whoever may have sent it. */
const messages = [];
window.addEventListener("message", ({ data, origin }) => messages.push({ data, origin }));

dispatcher.register(({ action }) => {
    if (action === "close_scalar") closeDialogs();
});

function complete(room) {
    for (const event of room ? WidgetUtils.getRoomWidgets(room) : []) {
        const [id, content] = [event.getStateKey(), event.getContent()];
        WidgetUtils.makeAppConfig(id, content, event.getSender(), room.roomId, event.getId());
    }
}

window.element = {
    messages,
    surroundings,
    /** The kinds of the dialogs that there have been. */
    dialogs: () => dialogs.map(({ kind }) => kind),

    /** Signs in and waits until the user's rooms are there. */
    async start({ homeserver, userId, token, roomId, uiUrl, apiUrl, silent }) {
        SdkConfig.put({ integrations_ui_url: uiUrl, integrations_rest_url: apiUrl });
        const client = createClient({ baseUrl: homeserver, userId, accessToken: token });
        Object.assign(surroundings, { client, roomId });
        const prepared = new Promise((resolve) =>
            client.on(ClientEvent.Sync, (state) => state === SyncState.Prepared && resolve()),
        );
        // Synapse answers a question that it has had before with what it said then.
        const initialSyncLimit = 1 + Math.floor(Math.random() * 10_000);
        await client.startClient({ initialSyncLimit, lazyLoadMembers: false });
        await prepared;
        // Element's store of widgets writes into the room's own copies; its other code relies on it.
        complete(client.getRoom(roomId));
        client.on(RoomStateEvent.Events, (event) => complete(client.getRoom(event.getRoomId())));
        managers().startWatching();
        if (!silent) startListening();
    },

    stop: () => surroundings.client?.stopClient(),

    /** "Add extensions", or whatever else opens the manager at a screen. */
    open({ screen, integrationId } = {}) {
        const room = surroundings.client.getRoom(surroundings.roomId);
        return managers().getPrimaryManager().open(room, screen, integrationId);
    },

    /** The address that the manager would be opened at. */
    managersAddress: () => managers().getPrimaryManager()?.uiUrl,
    managersKind: () => managers().getPrimaryManager()?.kind,

    close: closeDialogs,

    /** What Element does when the user removes their sticker picker from its menu. */
    async removePicker() {
        const client = surroundings.client;
        const [picker] = WidgetUtils.getStickerpickerWidgets(client);
        const scalar = managers().getPrimaryManager().getScalarClient();
        await scalar.connect();
        await scalar.disableWidgetAssets(WidgetType.STICKERPICKER, picker.id);
        await WidgetUtils.removeStickerpickerWidgets(client);
    },

    accountWidgets: () => WidgetUtils.getUserWidgets(surroundings.client),
};
