// Errors as the API answers them: a status, and `{ error: { type, code, message, param } }`.

export class ApiError extends Error {
    /** @param {number} status @param {{ type?: string, code?: string, param?: string, message: string }} details */
    constructor(status, { type = "invalid_request_error", code, param, message }) {
        super(message);
        this.status = status;
        this.details = { type, code, param, message };
    }

    body(requestId) {
        const { type, code, param, message } = this.details;
        const error = { message, request_log_url: `https://stand-in.invalid/logs/${requestId}`, type };
        if (code !== undefined) Object.assign(error, { code, doc_url: `https://stand-in.invalid/error-codes/${code}` });
        if (param !== undefined) error.param = param;
        return { error };
    }
}

export const invalid = (param, message, code) => new ApiError(400, { code, param, message });
export const missingParameter = (param) =>
    new ApiError(400, { code: "parameter_missing", param, message: `Missing required param: ${param}.` });
export const unknownParameter = (param) =>
    new ApiError(400, { code: "parameter_unknown", param, message: `Received unknown parameter: ${param}` });

/** What a path names is not there (404); what a parameter names is not there (400). */
export const noSuch = (what, id, param, status = 404) =>
    new ApiError(status, { code: "resource_missing", param, message: `No such ${what}: '${id}'` });

export const noKey = () =>
    new ApiError(401, { message: "You did not provide an API key. It belongs into the Authorization header, as Bearer YOUR_SECRET_KEY." });
export const badKey = (key) =>
    new ApiError(401, { message: `Invalid API Key provided: ${key.slice(0, 8)}${"*".repeat(8)}${key.slice(-4)}` });

export const unknownAddress = (method, path) =>
    new ApiError(404, { message: `Unrecognized request URL (${method}: ${path}).` });

export const keyReused = (key) =>
    new ApiError(400, {
        type: "idempotency_error",
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
    });

/** The failures a test asks for, as the API words them. */
export function asked(status) {
    if (status === 409) {
        return new ApiError(409, {
            type: "idempotency_error",
            code: "idempotency_key_in_use",
            message: "There is currently another in-progress request using this Idempotent Key.",
        });
    }
    if (status === 429) {
        return new ApiError(429, { code: "rate_limit", message: "Request rate limit exceeded." });
    }
    return new ApiError(status, { type: "api_error", message: "An unknown error occurred" });
}
