# The module sees the preference of the session, not of this script.
$global:ErrorActionPreference = 'Continue'
$id = Start-TestContainer
foreach ($command in { Remove-HcsContainer $id -Force }, { Stop-HcsContainer $id -Confirm }, { Invoke-HcsCommand $id touch, /no/such -Confirm }) {
    $told = @(& { & $command } 2>&1)
    Assert-Equal $told.Count 1 "$command"
    Assert-Match $told[0].FullyQualifiedErrorId '^failedPrecondition,'
    Assert-Match "$($told[0])" '^nobody can be asked'
    Assert-Equal (Get-HcsContainer $id).Status 'running' "$command"
}
$new = New-TestId
$null = & { New-HcsContainer -Id $new -Command sleep, 1 -Confirm } 2>&1
$null = & { Invoke-HcsContainer -Id $new -Command sleep, 1 -Confirm } 2>&1
Assert-Equal @(Get-HcsContainer | Where-Object Id -eq $new).Count 0
Remove-TestContainer $id
