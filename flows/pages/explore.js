// The theme stays from page to page, and what can be copied has a button. Without this script all else works.
const KEY = "winnow-theme";
const choices = document.querySelectorAll('input[name="theme"]');
let kept = null;
try {
  kept = localStorage.getItem(KEY);
} catch {
  // where nothing may be kept, each page starts with the system's theme
}
for (const choice of choices) {
  if (choice.id === kept) choice.checked = true;
  choice.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, choice.id);
    } catch {
      // as above
    }
  });
}
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Select it and copy";
    }
  });
}
