// Copies a document, and says that a long look is under way. The page works without.
for (const button of document.querySelectorAll("button[data-copies]")) {
    if (!navigator.clipboard) break;
    button.hidden = false;
    button.addEventListener("click", async () => {
        const text = document.getElementById(button.dataset.copies).textContent;
        await navigator.clipboard.writeText(text);
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 2000);
    });
}
addEventListener("submit", ({ submitter }) => {
    if (!submitter || !["check", "doctor"].includes(submitter.value)) return;
    // After the form was read, for what is disabled is not sent.
    setTimeout(() => {
        submitter.setAttribute("aria-busy", "true");
        submitter.disabled = true;
        submitter.textContent = "Looking…";
    });
});
// A page that comes back out of the browser's memory has its buttons again.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
