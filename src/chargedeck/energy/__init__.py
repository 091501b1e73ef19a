"""What decides who may charge, when and with how much; pure: facts and the time come in as arguments."""
