$all = @(hcs state nope 2>&1)
$errors = @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
Assert-Equal $errors.Count 1
$document = @($all | Where-Object { $_ -is [string] }) | ConvertFrom-Json
Assert-Equal $document.ok $false
Assert-Equal $document.error.code 'notFound'
Assert-Equal $LASTEXITCODE 3
