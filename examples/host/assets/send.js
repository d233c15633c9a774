// Sends the form that leads to the identity provider. Without it there is the button.
document.querySelector("form[data-send]").submit();
