$commands = (hcs help --json | ConvertFrom-Json).commands
Assert-True ($commands.Count -gt 50)
Assert-Equal @($commands | Where-Object { @($_.examples).Count -lt 2 }).Count 0
Assert-Equal @($commands | Where-Object { @($_.examples.shell) -notcontains 'powershell' }).Count 0
