$team = New-TestId
$id = Start-TestContainer -Label @{ $team = 'red' }
Assert-Equal (Get-Offered "Get-HcsContainer -Label $team").CompletionText "$team=red"
$offered = @(Get-Offered "Get-HcsContainer -Label $team=r")
Assert-Equal $offered.Count 1
Assert-Equal $offered[0].CompletionText "$team=red"
Assert-Equal $offered[0].ToolTip $id
Remove-TestContainer $id
