# temporary
