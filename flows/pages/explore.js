// The theme stays from page to page, and what can be copied has a button. Without this script all else works.
const KEY = "winnow-theme";

function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // where nothing may be kept, each page starts with the system's theme
  }
}

function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // as above
  }
}

// Before anything is painted; the choices come later, and then say it themselves.
const kept = recall();
if (kept) document.documentElement.dataset.theme = kept.replace("theme-", "");

document.addEventListener("DOMContentLoaded", () => {
  for (const choice of document.querySelectorAll('input[name="theme"]')) {
    if (choice.id === kept) choice.checked = true;
    choice.addEventListener("change", () => keep(choice.id));
  }
  delete document.documentElement.dataset.theme;
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
});
