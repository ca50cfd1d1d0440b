"""Settings of this device and person: how the window looks; what the device is."""
