$all = @(hcs list 2>&1)
Assert-Equal @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Count 0
