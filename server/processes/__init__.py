"""The server's child processes, seen from the server: started, listened to, ended, replaced."""
