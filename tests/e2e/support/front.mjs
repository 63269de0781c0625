// The web servers of an operator: one with TLS before the homeserver, which also has its well-known,
// and one with Element's files. Tests change what they serve.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";

import { temporaryFolder } from "./processes.mjs";

// Synapse's Python has what makes certificates.
const CERTIFICATES = `
import datetime, ipaddress, sys
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
folder = sys.argv[1]
now = datetime.datetime.now(datetime.timezone.utc)
def write(name, data):
    with open(f"{folder}/{name}", "wb") as file: file.write(data)
def certificate(name, key, issuer, issuer_key, extensions):
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    for extension, critical in extensions: builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
def name(text): return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
ca = name("An operator's own authority")
write("ca.pem", certificate(ca, ca_key, ca, ca_key, [(x509.BasicConstraints(True, None), True)]))
alternative = x509.SubjectAlternativeName([x509.DNSName("localhost")])
write("cert.pem", certificate(name("localhost"), key, ca, ca_key, [(alternative, False)]))
write("key.pem", key.private_bytes(serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
`;

const JSON_TYPE = { "Content-Type": "application/json" };

function listening(server) {
    return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

/** A web server with TLS for `localhost`: files, and behind them the homeserver. */
export class Front {
    /** By path: the body and headers of an answer. */
    files = new Map();
    /** What begins so is not passed on. */
    closed = [];

    static async start() {
        const front = new Front();
        const folder = temporaryFolder("front");
        const python = process.env.TESSERA_TEST_SYNAPSE_PYTHON;
        execFileSync(python, ["-c", CERTIFICATES, folder]);
        front.authority = join(folder, "ca.pem");
        const [cert, key] = ["cert.pem", "key.pem"].map((file) => readFileSync(join(folder, file)));
        front.server = createTlsServer({ cert, key }, (from, to) => front.#answer(from, to));
        front.name = `localhost:${await listening(front.server)}`;
        front.url = `https://${front.name}`;
        return front;
    }

    /** From now on this is a document that pages of every origin may read. */
    serve(path, document, headers = { "Access-Control-Allow-Origin": "*" }) {
        this.files.set(path, { body: JSON.stringify(document), headers });
    }

    #answer(from, to) {
        const path = from.url.split("?")[0];
        const file = this.files.get(path);
        if (file) {
            to.writeHead(200, { ...JSON_TYPE, ...file.headers }).end(file.body);
        } else if (!this.behind || !path.startsWith("/_matrix/") || this.closed.some((start) => path.startsWith(start))) {
            to.writeHead(404, { "Content-Type": "text/html" }).end("<h1>Not Found</h1>");
        } else {
            const { method, url, headers } = from;
            const on = request(this.behind + url, { method, headers }, (answer) => {
                to.writeHead(answer.statusCode, answer.headers);
                answer.pipe(to);
            });
            on.on("error", () => to.writeHead(502).end());
            from.pipe(on);
        }
    }

    stop() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }
}

/** Where Element's files are. */
export class Element {
    config = {};

    static async start() {
        const element = new Element();
        element.server = createServer((from, to) => {
            const isConfig = from.url === "/config.json";
            to.writeHead(isConfig ? 200 : 404, JSON_TYPE).end(JSON.stringify(element.config));
        });
        element.url = `http://127.0.0.1:${await listening(element.server)}`;
        return element;
    }

    stop() {
        this.server.closeAllConnections();
        return new Promise((resolve) => this.server.close(resolve));
    }
}
